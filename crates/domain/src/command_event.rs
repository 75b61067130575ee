//! The append-only record of who did what, when, to which command.

use serde::{Deserialize, Serialize};

use crate::ids::{CommandId, Epoch, Seq, StackId};
use crate::time::Timestamp;

/// One line of the record, as stored. Never changed, never deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommandEvent {
    /// Place in the whole record; later events have larger numbers. The SSE event id.
    pub id: i64,
    /// The command.
    pub command_id: CommandId,
    /// Its place in the queue.
    pub seq: Seq,
    /// The stack of the command.
    pub stack_id: StackId,
    /// When.
    pub at: Timestamp,
    /// What it says.
    #[serde(flatten)]
    pub entry: EventEntry,
}

/// What a writer gives; the store adds place and time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventEntry {
    /// What happened.
    pub kind: EventKind,
    /// A person's or token's name, `worker` or `server`.
    pub actor: String,
    /// The worker's epoch, when a worker wrote it.
    #[serde(default)]
    pub epoch: Option<Epoch>,
    /// The attempt it belongs to, from 1; 0 before the first.
    #[serde(default)]
    pub attempt: u32,
    /// The effect or wait, e.g. `create_container`; empty for changes of status.
    #[serde(default)]
    pub op: String,
    /// What it is about, by name: a container, network, volume or image.
    #[serde(default)]
    pub target: String,
    /// More, as JSON. Never a value of an environment variable, never a secret.
    #[serde(default)]
    pub detail: serde_json::Value,
}

impl EventEntry {
    /// An entry about the command itself rather than about one effect.
    pub fn status(kind: EventKind, actor: impl Into<String>) -> Self {
        Self {
            kind,
            actor: actor.into(),
            epoch: None,
            attempt: 0,
            op: String::new(),
            target: String::new(),
            detail: serde_json::Value::Null,
        }
    }

    /// The entry as a store keeps it: a detail above [`MAX_DETAIL_BYTES`] as JSON is replaced by its beginning.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let text = self.detail.to_string();
        if text.len() > MAX_DETAIL_BYTES {
            let beginning: String = text.chars().take(MAX_DETAIL_BYTES / 8).collect();
            self.detail = serde_json::json!({ "truncated": beginning, "bytes": text.len() });
        }
        self
    }
}

/// The record is kept for ever, so one line of it must stay small.
pub const MAX_DETAIL_BYTES: usize = 16 * 1024;

/// What kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventKind {
    /// The command was accepted.
    Enqueued,
    /// A worker started it.
    Claimed,
    /// A worker took it over from a dead one.
    Adopted,
    /// A plan was made; `detail` has its size.
    Planned,
    /// A write to the engine is about to be sent. Committed before it is sent.
    Intent,
    /// The answer to the write of the same `op` and `target`. Committed after it came.
    Outcome,
    /// Progress within an effect or a wait: layers of a pull, a health check's state.
    Progress,
    /// Something went wrong that will be tried again; `detail` says when.
    Retrying,
    /// Somebody asked to cancel.
    CancelRequested,
    /// It is done.
    Done,
    /// It failed.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// Somebody asked to try again after a failure.
    Retried,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Enqueued,
        Self::Claimed,
        Self::Adopted,
        Self::Planned,
        Self::Intent,
        Self::Outcome,
        Self::Progress,
        Self::Retrying,
        Self::CancelRequested,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
        Self::Retried,
    ];

    /// The word in the table and the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enqueued => "ENQUEUED",
            Self::Claimed => "CLAIMED",
            Self::Adopted => "ADOPTED",
            Self::Planned => "PLANNED",
            Self::Intent => "INTENT",
            Self::Outcome => "OUTCOME",
            Self::Progress => "PROGRESS",
            Self::Retrying => "RETRYING",
            Self::CancelRequested => "CANCEL_REQUESTED",
            Self::Done => "DONE",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::Retried => "RETRIED",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_its_own_word_in_json() {
        for kind in EventKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn a_long_detail_keeps_its_beginning() {
        let with = |detail: serde_json::Value| EventEntry {
            detail,
            ..EventEntry::status(EventKind::Progress, "worker")
        };
        let short = with(serde_json::json!({ "layer": "x" }));
        assert_eq!(short.clone().bounded(), short);
        let long = with("\u{e9}".repeat(MAX_DETAIL_BYTES).into()).bounded().detail;
        assert!(long.to_string().len() < MAX_DETAIL_BYTES);
        assert_eq!(long["bytes"], 2 * MAX_DETAIL_BYTES + 2);
        assert!(long["truncated"].as_str().unwrap().starts_with("\"\u{e9}"));
    }
}
