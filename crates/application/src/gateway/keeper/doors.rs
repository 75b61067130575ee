//! The doors, as the house sees how people use them and what the services use themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use core_monitor_domain::on_demand::DoorKey;
use core_monitor_domain::on_demand::eviction::{HostMemory, Worth};
use core_monitor_domain::on_demand::house::{Moment, Usage};
use tokio::sync::mpsc;

use crate::gateway::door::{Door, Knock};

/// All doors, and what is known of memory.
pub(super) struct Doors {
    pub(super) all: BTreeMap<DoorKey, Arc<Door>>,
    pub(super) knocks: mpsc::Sender<Knock>,
    /// The memory of the host as it was measured last.
    pub(super) memory: Option<HostMemory>,
    /// How much each service needs.
    pub(super) peaks: BTreeMap<DoorKey, u64>,
    /// What those that are awake use, and what they are worth.
    pub(super) worth: BTreeMap<DoorKey, Worth>,
}

impl Doors {
    /// None yet.
    pub(super) fn new(knocks: mpsc::Sender<Knock>) -> Self {
        let (peaks, worth) = (BTreeMap::new(), BTreeMap::new());
        Self { all: BTreeMap::new(), knocks, memory: None, peaks, worth }
    }
}

impl Usage for Doors {
    fn last_used(&self, door: &DoorKey) -> Option<Moment> {
        self.all.get(door)?.last_used()
    }

    fn close_if_empty(&mut self, door: &DoorKey) -> bool {
        self.all.get(door).is_none_or(|door| door.close_if_empty())
    }

    fn waiting(&self, door: &DoorKey) -> usize {
        self.all.get(door).map_or(0, |door| door.waiting().saturating_add(door.watching()))
    }

    fn memory(&self) -> Option<HostMemory> {
        self.memory
    }

    fn peak(&self, door: &DoorKey) -> Option<u64> {
        self.peaks.get(door).copied()
    }

    fn worth(&self, door: &DoorKey) -> Option<Worth> {
        self.worth.get(door).copied()
    }
}
