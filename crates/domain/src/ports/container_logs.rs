//! The output of containers.

use async_trait::async_trait;

use super::{EngineError, Feed};
use crate::ids::ContainerId;
pub use crate::logs::OutputStream;
use crate::logs::{LogEntry, LogRequest};

/// Entries in the order of the engine, several at a time; never none.
pub type LogFeed<E> = Box<dyn Feed<Vec<LogEntry>, E>>;

/// Reads what containers wrote.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ContainerLogs: Send + Sync {
    /// The output of one container: existing output first, then, if it is followed, new output until the container's run
    /// ends. [`EngineError::NotFound`] if there is no such container.
    async fn read_logs(
        &self,
        container: &ContainerId,
        request: &LogRequest,
    ) -> Result<ContainerOutput<EngineError>, EngineError>;
}

/// Whether there is anything to read.
pub enum ContainerOutput<E> {
    /// The entries.
    Readable(LogFeed<E>),
    /// The container's log driver keeps nothing that the engine could read.
    Unreadable {
        /// The driver's name: `none`, `syslog`...
        driver: String,
    },
}

/// Bytes that a process wrote at once. Lines and characters may be split across chunks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputChunk {
    /// The output stream.
    pub stream: OutputStream,
    /// Unmodified: they may contain anything, including escape sequences.
    pub bytes: Vec<u8>,
}
