//! Which services depend on each other, and which must not run beside each other, as all definitions together have it.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::StackId;
use crate::names::{ServiceName, StackName};
use crate::on_demand::{DoorKey, OnDemand};

use super::StackUnits;

type Edges = BTreeMap<DoorKey, BTreeSet<DoorKey>>;

/// How the services stand to each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Relations {
    /// What each service cannot do without, in its stack or another; never in a circle.
    leases: Edges,
    /// What has to be awake before a service starts: what it needs of other stacks, for itself or for what wakes with it.
    before: Edges,
    /// What must not run beside it. It does not matter which of the two says so.
    apart: Edges,
}

impl Relations {
    /// Of all stacks.
    pub(super) fn of(stacks: &BTreeMap<StackId, StackUnits>) -> Self {
        let doors: BTreeMap<DoorKey, &OnDemand> = stacks
            .values()
            .flat_map(|stack| stack.doors.iter().map(|(service, door)| (key(stack.id, service), door)))
            .collect();
        let find = |(stack, service): &(StackName, ServiceName)| {
            let id = stacks.values().find(|known| known.name == *stack)?.id;
            Some(key(id, service)).filter(|door| doors.contains_key(door))
        };
        let within: Edges = doors.keys().map(|door| (door.clone(), within(stacks, door))).collect();
        let mut leases = within.clone();
        let mut across = Edges::new();
        for (door, declared) in &doors {
            for other in declared.needs.iter().filter_map(find) {
                // Nothing would ever start in a circle. What would close one is ignored: the services are gone over in the order
                // of their names and ids, so that it is always the same.
                if reaches(&leases, &other, door) {
                    continue;
                }
                leases.entry(door.clone()).or_default().insert(other.clone());
                across.entry(door.clone()).or_default().insert(other);
            }
        }
        let before = within
            .iter()
            .map(|(door, inner)| {
                let together = std::iter::once(door).chain(inner);
                (door.clone(), together.filter_map(|door| across.get(door)).flatten().cloned().collect())
            })
            .collect();
        let mut apart = Edges::new();
        for (door, declared) in &doors {
            for other in declared.not_with.iter().filter_map(find) {
                // Who needs another one has to bear it.
                if reaches(&leases, door, &other) || reaches(&leases, &other, door) {
                    continue;
                }
                apart.entry(door.clone()).or_default().insert(other.clone());
                apart.entry(other).or_default().insert(door.clone());
            }
        }
        Self { leases, before, apart }
    }

    /// What has to be awake before this one starts.
    pub(super) fn before(&self, door: &DoorKey) -> Vec<DoorKey> {
        self.before.get(door).into_iter().flatten().cloned().collect()
    }

    /// What must not run beside this one.
    pub(super) fn apart(&self, door: &DoorKey) -> Vec<DoorKey> {
        self.apart.get(door).into_iter().flatten().cloned().collect()
    }

    /// Whether the first cannot do without the second.
    pub(super) fn leases(&self, door: &DoorKey, other: &DoorKey) -> bool {
        self.leases.get(door).is_some_and(|leased| leased.contains(other))
    }
}

fn key(stack: StackId, service: &ServiceName) -> DoorKey {
    DoorKey { stack, service: service.clone() }
}

/// What a service cannot do without in its own stack.
fn within(stacks: &BTreeMap<StackId, StackUnits>, door: &DoorKey) -> BTreeSet<DoorKey> {
    let Some(stack) = stacks.get(&door.stack) else { return BTreeSet::new() };
    let leased = stack.household.leased_by(&door.service);
    leased.iter().filter(|name| stack.doors.contains_key(*name)).map(|name| key(door.stack, name)).collect()
}

/// Whether there is a way from one to the other, or they are the same.
fn reaches(edges: &Edges, from: &DoorKey, to: &DoorKey) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(door) = open.pop() {
        if door == to {
            return true;
        }
        if seen.insert(door) {
            open.extend(edges.get(door).into_iter().flatten());
        }
    }
    false
}
