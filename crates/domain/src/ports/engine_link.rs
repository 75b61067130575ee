//! What the server reads from the engine through the worker, since the server has no access to the engine's socket.

use std::time::Duration;

use async_trait::async_trait;

use super::{EngineError, LogStart, OutputFeed};
use crate::ids::{ContainerId, InstanceId};
use crate::running_project::{ProjectSummary, RunningProject};
use crate::time::Timestamp;

/// Reads that the shared observation does not contain. The vocabulary is closed: nothing here writes to the engine.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EngineLink: Send + Sync {
    /// Every compose project on the host, sorted by name.
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError>;

    /// One project in full; `None` if it has no containers.
    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError>;

    /// Observes the engine now and stores the result. Returns the time of the observation.
    async fn refresh(&self) -> Result<Timestamp, LinkError>;

    /// Follows a container's output like [`ContainerLogs::follow`](super::ContainerLogs::follow). If the worker
    /// disconnects, the stream fails; it does not just end.
    async fn follow_logs(
        &self,
        container: &ContainerId,
        from: LogStart,
    ) -> Result<OutputFeed<LinkError>, LinkError>;
}

/// Reads compose projects from the engine: the worker's end of the link.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ProjectReader: Send + Sync {
    /// Every compose project on the host, sorted by name.
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, EngineError>;

    /// One project in full; `None` if it has no containers.
    async fn find_project(
        &self,
        name: &str,
        instance: InstanceId,
        now: Timestamp,
    ) -> Result<Option<RunningProject>, EngineError>;
}

/// Why there is no answer, or why it was interrupted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No worker answers, or it disconnected during an answer: try again when one is running.
    #[error("the worker cannot be reached: {reason}")]
    WorkerAway {
        /// The reason.
        reason: String,
    },
    /// Server and worker use different protocol versions: run both programs from the same release.
    #[error("the worker (release {worker}) and the server (release {server}) speak different protocols")]
    OtherRelease {
        /// The worker's release.
        worker: String,
        /// The server's.
        server: String,
    },
    /// The worker did not answer in time.
    #[error("the worker did not answer within {} s", .after.as_secs_f32())]
    Timeout {
        /// The deadline.
        after: Duration,
    },
    /// The worker has reached its limit of streams: try again later.
    #[error("the worker is busy: {message}")]
    Busy {
        /// The worker's message.
        message: String,
    },
    /// The requested object does not exist.
    #[error("{message}")]
    NotFound {
        /// The worker's message.
        message: String,
    },
    /// The worker cannot answer the request.
    #[error("the worker cannot answer: {message}")]
    Refused {
        /// The worker's message.
        message: String,
    },
}
