//! Listing the processes of a container.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::terminal::ProcessList;

use super::Server;
use super::terminals::{TerminalError, ready_container};

impl Server {
    /// The processes of a container, as `ps` of its host sees them. Command lines are part of it.
    pub async fn list_processes(
        &self,
        actor: &Actor,
        container: &ContainerId,
    ) -> Result<ProcessList, TerminalError> {
        let ports = self.permit(actor, Action::ListProcesses, &Resource::Container(container.clone()))?;
        let container = ready_container(ports, container).await?;
        let listed = ports.link.processes(&container.id).await;
        listed.map_err(|error| TerminalError::of_link(error, &container))
    }
}
