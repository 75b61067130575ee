//! What is declared changes, and what people and experience say.

use std::collections::BTreeSet;

use crate::on_demand::DoorKey;
use crate::time::Timestamp;

use super::relations::Relations;
use super::unit::{Asked, Learned};
use super::{House, Round, StackUnits, Stage};

impl House {
    /// These are all stacks.
    pub(super) fn configure(&mut self, stacks: Vec<StackUnits>, round: &mut Round<'_>) {
        let before = std::mem::take(&mut self.stacks);
        self.stacks = stacks.into_iter().map(|stack| (stack.id, stack)).collect();
        self.relations = Relations::of(&self.stacks);
        self.looks.retain(|stack, _| self.stacks.contains_key(stack));
        self.untold.retain(|stack, _| self.stacks.contains_key(stack));
        let declared: BTreeSet<DoorKey> = self
            .stacks
            .values()
            .flat_map(|stack| {
                stack.doors.keys().map(|service| DoorKey { stack: stack.id, service: service.clone() })
            })
            .collect();
        for gone in self.units.keys().filter(|door| !declared.contains(*door)) {
            Self::close(gone, round);
        }
        self.units.retain(|door, _| declared.contains(door));
        for door in declared {
            let earlier = before.get(&door.stack).and_then(|stack| stack.doors.get(&door.service));
            let answers_elsewhere = earlier.is_some_and(|earlier| {
                self.declared(&door)
                    .is_some_and(|now| now.port != earlier.port || now.readiness != earlier.readiness)
            });
            self.units.entry(door.clone()).or_default();
            if answers_elsewhere {
                self.ask_anew(&door, round);
            }
        }
    }

    /// Whether it answers is to be found out in another way than before.
    fn ask_anew(&mut self, door: &DoorKey, round: &mut Round<'_>) {
        match self.stage(door) {
            Stage::Awake { .. } => {
                Self::close(door, round);
                self.begin(door, None, Asked::Nothing, round);
            }
            Stage::Starting { .. } => {
                // What was asked before may still be answered, and says nothing any more.
                let next = self.next_start();
                if let Some(Stage::Starting { start, probed, .. }) = self.stage_mut(door) {
                    *start = next;
                    *probed = None;
                }
            }
            _ => {}
        }
    }

    pub(super) fn keep_awake(&mut self, door: &DoorKey, until: Option<Timestamp>) {
        if let Some(unit) = self.units.get_mut(door) {
            unit.awake_until = until;
        }
    }

    pub(super) fn learn(&mut self, door: &DoorKey, learned: Learned) {
        if let Some(unit) = self.units.get_mut(door) {
            unit.learned = learned;
        }
    }
}
