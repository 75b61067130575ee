//! The compose projects on the host.

use async_trait::async_trait;

use super::LinkError;
use crate::ids::InstanceId;
use crate::ports::EngineError;
use crate::running_project::{ProjectSummary, RunningProject};
use crate::time::Timestamp;

/// Lists and finds projects.
#[async_trait]
pub trait ProjectLink: Send + Sync {
    /// Every compose project on the host, sorted by name.
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError>;

    /// One project in full; `None` if it has no containers.
    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError>;
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
