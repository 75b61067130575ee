//! What the server asks of the engine: by way of the worker, since the server never holds the engine's socket.

use async_trait::async_trait;

use super::EngineError;
use crate::ids::InstanceId;
use crate::running_project::{ProjectSummary, RunningProject};
use crate::time::Timestamp;

/// Reads that the shared observation does not hold. Its vocabulary is closed: nothing in here writes to the engine.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EngineLink: Send + Sync {
    /// Every compose project on the host, by name.
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError>;

    /// One project in full; `None` when no container belongs to it.
    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError>;

    /// Looks at the engine now and stores what it sees. Returns the time of the look.
    async fn refresh(&self) -> Result<Timestamp, LinkError>;
}

/// Reads compose projects from the engine itself: the worker's end of the link.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ProjectReader: Send + Sync {
    /// Every compose project on the host, by name.
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, EngineError>;

    /// One project in full; `None` when no container belongs to it.
    async fn find_project(
        &self,
        name: &str,
        instance: InstanceId,
        now: Timestamp,
    ) -> Result<Option<RunningProject>, EngineError>;
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// No worker answers: try again when one runs.
    #[error("the worker cannot be reached: {reason}")]
    WorkerAway {
        /// In short.
        reason: String,
    },
    /// The worker answered that it cannot do it.
    #[error("the worker cannot answer: {message}")]
    Refused {
        /// The worker's words.
        message: String,
    },
}
