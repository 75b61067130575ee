//! The hours in which a service is kept awake, and those in which it may not wake.

use crate::on_demand::DoorKey;

use super::{House, Now, Stage};

impl House {
    /// Whether its schedule keeps it awake now.
    pub(super) fn is_scheduled(&self, door: &DoorKey, now: Now) -> bool {
        let schedule = self.declared(door).and_then(|declared| declared.schedule.as_ref());
        schedule.is_some_and(|schedule| schedule.keeps_awake(now.clock) && schedule.is_open(now.clock))
    }

    /// Whether its schedule lets it be awake now.
    pub(super) fn is_open(&self, door: &DoorKey, now: Now) -> bool {
        let schedule = self.declared(door).and_then(|declared| declared.schedule.as_ref());
        schedule.is_none_or(|schedule| schedule.is_open(now.clock))
    }

    /// Remembers that hours have begun which found it awake, or that they have ended: only what sleeps when they begin is woken by
    /// them, so that whoever stops it afterwards is not fought.
    pub(super) fn heed_schedule(&mut self, door: &DoorKey, now: Now) {
        let keeps = self.is_scheduled(door, now);
        let Some(unit) = self.units.get_mut(door) else { return };
        if !keeps || matches!(unit.stage, Stage::Awake { .. } | Stage::Starting { .. }) {
            unit.scheduled = Some(keeps);
        }
    }

    /// Whether its schedule has just begun to keep it awake. It is said once.
    pub(super) fn schedule_begins(&mut self, door: &DoorKey, now: Now) -> bool {
        // Before the first look nobody knows whether it runs.
        if !self.looks.contains_key(&door.stack) || !self.is_scheduled(door, now) {
            return false;
        }
        let Some(unit) = self.units.get_mut(door) else { return false };
        unit.scheduled.replace(true) != Some(true)
    }
}
