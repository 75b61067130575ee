//! Compose projects on the worker's host.

use async_trait::async_trait;
use core_monitor_domain::ports::{EngineLink, LinkError};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};

use super::Question;

/// Every project, sorted by name.
pub(crate) struct ListProjects;

#[async_trait]
impl Question for ListProjects {
    const NAME: &'static str = "list_projects";
    type Request = ();
    type Answer = Vec<ProjectSummary>;

    async fn answer(link: &dyn EngineLink, (): ()) -> Result<Self::Answer, LinkError> {
        link.list_projects().await
    }
}

/// One project in full, by its name.
pub(crate) struct FindProject;

#[async_trait]
impl Question for FindProject {
    const NAME: &'static str = "find_project";
    type Request = String;
    type Answer = Option<RunningProject>;

    async fn answer(link: &dyn EngineLink, name: String) -> Result<Self::Answer, LinkError> {
        link.find_project(&name).await
    }
}
