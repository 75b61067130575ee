//! What is asked of an engine.

use serde::{Deserialize, Serialize};

use super::LogTime;

/// Which entries of one container to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRequest {
    /// How many of the existing ones.
    pub tail: LogTail,
    /// Only those written at this time or later.
    pub since: Option<LogTime>,
    /// Only those written at this time or earlier.
    pub until: Option<LogTime>,
    /// Those of standard output.
    pub stdout: bool,
    /// Those of standard error.
    pub stderr: bool,
    /// Whether to wait for new ones until the container's run ends.
    pub follow: bool,
}

impl LogRequest {
    /// Everything that there is.
    pub const ALL: Self =
        Self { tail: LogTail::All, since: None, until: None, stdout: true, stderr: true, follow: false };

    /// The same, and what is written later.
    pub const FOLLOW: Self = Self { follow: true, ..Self::ALL };
}

/// How many existing entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogTail {
    /// All that the engine still has.
    All,
    /// The last ones, counted before anything else is left out: a long line counts once per entry.
    Last(u32),
}
