//! Following a container's output.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{EngineError, Feed};
use crate::ids::ContainerId;

/// A container's output in chunks, as its process wrote it.
pub type OutputFeed<E> = Box<dyn Feed<OutputChunk, E>>;

/// Follows the output of containers.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ContainerLogs: Send + Sync {
    /// The output of one container from `from` on: existing output first, then new output until the container exits.
    /// For a container that is not running, it ends after the existing output. [`EngineError::NotFound`] if there is no
    /// such container.
    async fn follow(
        &self,
        container: &ContainerId,
        from: LogStart,
    ) -> Result<OutputFeed<EngineError>, EngineError>;
}

/// Where to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogStart {
    /// At the first line that the engine still has.
    Beginning,
    /// This many lines before the end.
    LastLines(u32),
}

/// Bytes that a container wrote at once. Lines and characters may be split across chunks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputChunk {
    /// The output stream.
    pub stream: OutputStream,
    /// Unmodified: they may contain anything, including escape sequences.
    pub bytes: Vec<u8>,
}

/// An output stream of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutputStream {
    /// Standard output. A container with a terminal writes only here.
    Stdout,
    /// Standard error.
    Stderr,
}
