//! How far a command has come, from its journal.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_message::Message;

use super::EffectNumber;
use super::entry::Entry;
use super::outcome::Answer;
use super::report::Report;
use super::said;
use super::tally::Tally;
use crate::time::Timestamp;

/// How far a command has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// How many changes to the engine have succeeded, over all attempts.
    pub done: u64,
    /// How many there will be, by the last plan.
    pub total: u64,
    tally: Tally,
    /// Changes whose outcome is not in the journal yet.
    open: BTreeMap<EffectNumber, Message>,
    /// Those of them that this attempt requested by its last plan.
    begun: BTreeSet<EffectNumber>,
    waits: BTreeMap<String, (Message, Option<Timestamp>)>,
}

impl Progress {
    /// Takes in the next line.
    pub fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Claimed
            | Entry::Adopted
            | Entry::Handover
            | Entry::RollingBack { .. }
            | Entry::Retried => {
                self.begun.clear();
                self.waits.clear();
            }
            Entry::Planned(planned) => {
                self.begun.clear();
                self.waits.clear();
                self.total = self.done.saturating_add(planned.effects);
            }
            Entry::Intent(intent) => {
                self.open.insert(intent.effect, intent.action.clone());
                self.begun.insert(intent.effect);
            }
            Entry::Outcome(outcome) => {
                self.begun.remove(&outcome.effect);
                let Some(action) = self.open.get(&outcome.effect) else { return };
                if self.tally.counts(outcome.operation, action, &outcome.answer) {
                    self.done = self.done.saturating_add(1);
                    self.total = self.total.max(self.done);
                }
                // Of one whose answer is unknown, what the engine shows follows.
                if !matches!(&outcome.answer, Answer::Failed { class, .. } if class.is_unknown()) {
                    self.open.remove(&outcome.effect);
                }
            }
            Entry::Progress(step) => {
                if let Report::State { state, until } = &step.report {
                    let what = said::waiting_for(step.target.as_str(), state.as_str());
                    self.waits.insert(step.target.to_string(), (what, *until));
                }
            }
            _ => {}
        }
    }

    /// What is going on: the changes that were requested, and then what is waited for.
    pub fn current(&self) -> Vec<Message> {
        let waits = self.waits.values().map(|(what, _)| what);
        let begun = self.begun.iter().filter_map(|effect| self.open.get(effect));
        begun.chain(waits).cloned().collect()
    }

    /// When the wait that may last longest is given up; `None` if nothing is waited for.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.waits.values().filter_map(|(_, until)| *until).max()
    }
}

#[cfg(test)]
mod tests;
