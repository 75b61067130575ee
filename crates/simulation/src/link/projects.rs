//! The compose projects on the host.

use async_trait::async_trait;
use core_monitor_domain::ports::{LinkError, ProjectLink};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};

use super::SimEngineLink;

#[async_trait]
impl ProjectLink for SimEngineLink {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        self.reached()?;
        Ok(self.projects().values().map(|project| project.summary.clone()).collect())
    }

    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError> {
        self.reached()?;
        Ok(self.projects().get(name).cloned())
    }
}
