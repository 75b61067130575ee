//! The status of a command.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The status of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CommandStatus {
    /// Accepted; waits for every earlier command in its lane to be `DONE` or `CANCELLED`.
    Pending,
    /// A worker is running it.
    Running,
    /// The engine is in the requested state.
    Done,
    /// It could not continue. It blocks its lane until it is retried or cancelled; in a power lane the next command
    /// supersedes it.
    Failed,
    /// Cancelled. It never runs again.
    Cancelled,
}

impl CommandStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The name in the table, in JSON and in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Done => "DONE",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Whether later commands may start. Not after `FAILED`, which requires a person.
    pub fn releases_queue(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }

    /// Whether a caller that waits for the command should get a response.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

impl fmt::Display for CommandStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that is not a status.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_command_blocks_the_queue() {
        let releasing: Vec<_> = CommandStatus::ALL.into_iter().filter(|s| s.releases_queue()).collect();
        assert_eq!(releasing, [CommandStatus::Done, CommandStatus::Cancelled]);
    }

    #[test]
    fn a_status_parses_its_own_text() {
        for status in CommandStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        assert!("done".parse::<CommandStatus>().is_err());
    }
}
