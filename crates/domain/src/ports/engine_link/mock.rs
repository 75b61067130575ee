//! A mock of the whole link: one block for each topic.

use async_trait::async_trait;

use super::{LinkError, LogLink, ObservationLink, ProjectLink};
use crate::ids::ContainerId;
use crate::ports::{LogStart, OutputFeed};
use crate::running_project::{ProjectSummary, RunningProject};
use crate::time::Timestamp;

mockall::mock! {
    /// A mock [`EngineLink`](super::EngineLink).
    pub EngineLink {}

    #[async_trait]
    impl ObservationLink for EngineLink {
        async fn refresh(&self) -> Result<Timestamp, LinkError>;
    }

    #[async_trait]
    impl ProjectLink for EngineLink {
        async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError>;
        async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError>;
    }

    #[async_trait]
    impl LogLink for EngineLink {
        async fn follow_logs(
            &self,
            container: &ContainerId,
            from: LogStart,
        ) -> Result<OutputFeed<LinkError>, LinkError>;
    }
}
