//! Listing the compose projects on the host.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::{LinkError, StoreError};
use core_monitor_domain::running_project::ProjectSummary;

use super::import_project::import_refusal;
use super::{ImportError, Server};

/// A compose project in a list.
#[derive(Debug)]
pub struct ListedProject {
    /// It.
    pub summary: ProjectSummary,
    /// What an import would answer; `None` if nothing stands against it yet.
    pub refusal: Option<ImportError>,
}

/// Why the projects cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListProjectsError {
    /// The actor is not allowed to see them.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The worker does not answer.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// Every compose project on the host, by name. Stacks are included, so that a project that cannot be imported is
    /// listed too.
    pub async fn list_projects(&self, actor: &Actor) -> Result<Vec<ListedProject>, ListProjectsError> {
        let ports = self.permit(actor, Action::ListProjects, &Resource::Installation).await?;
        let mut listed = Vec::new();
        for summary in ports.link.list_projects().await? {
            let refusal = import_refusal(ports, &summary).await?;
            listed.push(ListedProject { summary, refusal });
        }
        Ok(listed)
    }
}
