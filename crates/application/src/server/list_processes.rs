//! Listing the processes of a container.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::terminal::ProcessList;

use super::Server;
use super::terminals::{TerminalError, ready_container};
use crate::sealed_secrets::StackSecrets;

/// What is shown where everything has to be hidden.
const HIDDEN: &str = "***";

impl Server {
    /// The processes of a container, as `ps` of its host sees them. Command lines are part of it, without the values of the
    /// stack's secret variables.
    pub async fn list_processes(
        &self,
        actor: &Actor,
        container: &ContainerId,
    ) -> Result<ProcessList, TerminalError> {
        let ports =
            self.permit(actor, Action::ListProcesses, &Resource::Container(container.clone())).await?;
        let container = ready_container(ports, container).await?;
        let listed = ports.link.processes(&container.id).await;
        let mut list = listed.map_err(|error| TerminalError::of_link(error, &container))?;
        // A definition may pass a secret variable as an argument.
        let secrets = StackSecrets::read(&*ports.stacks, &*ports.vault, container.stack).await?.opened;
        let redactor = secrets.redactor();
        for cell in list.processes.iter_mut().flatten() {
            if secrets.is_incomplete() {
                // What has to be hidden is not known, so nothing that could be it is shown.
                HIDDEN.clone_into(cell);
            } else if !redactor.is_empty() {
                *cell = redactor.redact(cell).into_owned();
            }
        }
        Ok(list)
    }
}
