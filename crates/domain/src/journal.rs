//! The append-only journal: who did what, when, for which command.
//!
//! It has two kinds of readers. People follow it, live and afterwards. A worker that takes over a command restores from
//! it what the dead worker knew: [`Memory::apply`] handles new lines and stored lines in the same way, so a resumed
//! command has the same knowledge as an uninterrupted one.
//!
//! Lines are kept for years and are part of every list, so each part is limited when it is created, see [`text`]. Data
//! that is large by nature (the last output of a container, the runs of hundreds of containers) is stored as an
//! [`Attachment`].
//!
//! [`text`]: crate::text

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{CommandId, Epoch, Seq, StackId};
use crate::time::Timestamp;

mod attachment;
mod codec;
mod detail;
mod entry;
mod kind;
mod memory;
mod outcome;
mod progress;
mod report;
pub(crate) mod said;
mod sighting;
mod tally;

pub use attachment::{Attachment, AttachmentError, Baseline};
pub use codec::{Encoded, Unreadable};
pub use entry::{CancelledSummary, DoneSummary, Entry, Intent, NOTES, Notes, Planned};
pub use kind::EventKind;
pub use memory::{Deaths, JournalError, Memory, Mismatch};
pub use outcome::{Answer, ErrorClass, Made, Outcome};
pub use progress::Progress;
pub use report::{FolderChange, Report, StepProgress};
pub use sighting::{Sighting, sight};

/// A stored line of the journal. Never changed, and deleted only once a record file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandEvent {
    /// Position in the whole journal; later events have larger ids. Also the SSE event id.
    pub id: i64,
    /// The command.
    pub command_id: CommandId,
    /// Its sequence number in the queue.
    pub seq: Seq,
    /// The stack of the command.
    pub stack_id: StackId,
    /// When.
    pub at: Timestamp,
    /// The line.
    pub line: JournalLine,
}

/// What a writer provides; the store adds position and time.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalLine {
    /// Who wrote it.
    pub actor: Actor,
    /// The worker's epoch, if a worker wrote it.
    pub epoch: Option<Epoch>,
    /// The attempt it belongs to, from 1; 0 before the first.
    pub attempt: u32,
    /// What happened.
    pub entry: Entry,
    /// Data that belongs to the entry and is too large for a list. Only
    /// [`WorkerQueue::journal`](crate::ports::WorkerQueue::journal) returns it; lists for people omit it.
    pub attachment: Option<Attachment>,
}

impl JournalLine {
    /// A line from before the first attempt that no worker wrote.
    pub fn by(actor: Actor, entry: Entry) -> Self {
        Self { actor, epoch: None, attempt: 0, entry, attachment: None }
    }

    /// The kind of the entry.
    pub fn kind(&self) -> EventKind {
        self.entry.kind()
    }
}

/// The number of an effect within its command, from 1. An outcome has the number of its intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EffectNumber(pub u64);

impl EffectNumber {
    /// The next number.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

#[cfg(test)]
mod tests;
