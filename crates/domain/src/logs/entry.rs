//! One entry of an engine's log.

use serde::{Deserialize, Serialize};

use super::LogTime;

/// Bytes of the longest entry. Docker cuts longer lines into entries of exactly this length, which have the same time
/// (`defaultBufSize` in moby's `daemon/logger/copier.go`).
pub const ENTRY: usize = 16 << 10;

/// What a container wrote, as the engine keeps it: a line, or a part of a long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// When it was written, by the engine's clock.
    pub at: LogTime,
    /// Where it was written to.
    pub stream: OutputStream,
    /// Unmodified, without the line feed: they may contain anything, including escape sequences.
    pub bytes: Vec<u8>,
    /// What follows.
    pub end: LineEnd,
}

/// How an entry ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// With a line feed.
    Newline,
    /// With the end of a run, in the middle of a line. What the next run writes is another line.
    Missing,
    /// In the middle of a line that goes on with the next entry of the same stream, if it has the same time.
    Continues,
}

/// An output stream of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputStream {
    /// Standard output. A container with a terminal writes only here.
    Stdout,
    /// Standard error.
    Stderr,
}

impl OutputStream {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Stdout, Self::Stderr];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}
