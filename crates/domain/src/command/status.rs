//! The nine transitions of a command, and no other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CommandStatus {
    /// Accepted; waits for every earlier command to be `DONE` or `CANCELLED`.
    Pending,
    /// A worker is at it.
    Running,
    /// The engine is as it asked.
    Done,
    /// It could not go on. Blocks the queue until it is retried or cancelled.
    Failed,
    /// Given up. Never runs again.
    Cancelled,
}

impl CommandStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The word in the table, the JSON and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Done => "DONE",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Whether later commands may start. `FAILED` is not released: it waits for a person.
    pub fn releases_queue(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }

    /// Whether a caller who waits for the command should be answered.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

impl fmt::Display for CommandStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a command status: PENDING, RUNNING, DONE, FAILED or CANCELLED")]
pub struct StatusError(String);

impl FromStr for CommandStatus {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| StatusError(text.chars().take(40).collect()))
    }
}

/// What makes a command change its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The worker claimed the head of the queue.
    Claimed,
    /// Another worker took over after the first one died.
    Adopted,
    /// The plan is empty and every wait is over.
    Converged,
    /// A permanent error, or the time is used up.
    GaveUp,
    /// A cancel took effect: at once while `PENDING`, at a safe point while `RUNNING`, or after `FAILED`.
    Cancelled,
    /// A person asked to try again.
    Retried,
}

/// An edge of the state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// Before.
    pub from: CommandStatus,
    /// After.
    pub to: CommandStatus,
    /// Why.
    pub cause: Cause,
}

impl Transition {
    /// T2 to T9; T1 is the row coming into being as `PENDING`. The migrations hold the same list as a trigger.
    pub const ALL: [Self; 8] = {
        use Cause as C;
        use CommandStatus as S;
        [
            Self { from: S::Pending, to: S::Running, cause: C::Claimed },
            Self { from: S::Running, to: S::Done, cause: C::Converged },
            Self { from: S::Running, to: S::Failed, cause: C::GaveUp },
            Self { from: S::Running, to: S::Running, cause: C::Adopted },
            Self { from: S::Running, to: S::Cancelled, cause: C::Cancelled },
            Self { from: S::Pending, to: S::Cancelled, cause: C::Cancelled },
            Self { from: S::Failed, to: S::Pending, cause: C::Retried },
            Self { from: S::Failed, to: S::Cancelled, cause: C::Cancelled },
        ]
    };

    /// Whether a command may go from `from` to `to` at all.
    pub fn is_allowed(from: CommandStatus, to: CommandStatus) -> bool {
        Self::ALL.iter().any(|edge| edge.from == from && edge.to == to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_25_pairs_eight_are_allowed() {
        let mut allowed = Vec::new();
        for from in CommandStatus::ALL {
            for to in CommandStatus::ALL {
                if Transition::is_allowed(from, to) {
                    allowed.push(format!("{from} -> {to}"));
                }
            }
        }
        assert_eq!(
            allowed,
            [
                "PENDING -> RUNNING",
                "PENDING -> CANCELLED",
                "RUNNING -> RUNNING",
                "RUNNING -> DONE",
                "RUNNING -> FAILED",
                "RUNNING -> CANCELLED",
                "FAILED -> PENDING",
                "FAILED -> CANCELLED",
            ]
        );
    }

    #[test]
    fn a_failed_command_holds_the_queue() {
        let releasing: Vec<_> = CommandStatus::ALL.into_iter().filter(|s| s.releases_queue()).collect();
        assert_eq!(releasing, [CommandStatus::Done, CommandStatus::Cancelled]);
    }

    #[test]
    fn a_status_reads_back_what_it_prints() {
        for status in CommandStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        assert!("done".parse::<CommandStatus>().is_err());
    }
}
