//! The compose projects on the host.

use async_trait::async_trait;
use core_monitor_domain::ports::{LinkError, ProjectLink};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};

use super::EngineLinkClient;
use crate::operation::{FindProject, ListProjects};

#[async_trait]
impl ProjectLink for EngineLinkClient {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        self.ask::<ListProjects>(()).await
    }

    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError> {
        self.ask::<FindProject>(name.to_owned()).await
    }
}
