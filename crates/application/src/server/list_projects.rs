//! The compose projects on the host.

use core_monitor_domain::ports::LinkError;
use core_monitor_domain::running_project::ProjectSummary;

use super::Server;

/// Every compose project on the host, by name, stacks among them: what is missing from the list can then be told from
/// what cannot be imported.
pub async fn list_projects(server: &Server) -> Result<Vec<ProjectSummary>, LinkError> {
    server.link.list_projects().await
}
