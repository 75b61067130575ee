//! Which outcomes count as changes that a command has made.

use std::collections::BTreeSet;

use core_monitor_message::Message;

use super::outcome::Answer;
use crate::plan::Operation;

/// Counts each change once, whether it was answered or only seen: what is shown while a command runs and what its result
/// says must agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tally {
    /// Counted changes whose outcome is only known from what the engine shows.
    only_seen: BTreeSet<String>,
}

impl Tally {
    /// Whether the outcome of `action` is one more change.
    pub(super) fn counts(&mut self, operation: Operation, action: &Message, answer: &Answer) -> bool {
        match answer {
            // It was counted when it was seen; that it was repeated shows that it had not happened then.
            Answer::Succeeded { .. } => !self.only_seen.remove(action.text()),
            Answer::Seen(sighting) => {
                sighting.speaks_for(operation) && self.only_seen.insert(action.to_string())
            }
            Answer::Failed { .. } => false,
        }
    }
}
