//! Listing commands.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::{CommandFilter, Page};

use super::shown_command::all_shown;
use super::{QueryError, Server, ShownCommand};

impl Server {
    /// A page of the list, newest first.
    pub async fn list_commands(
        &self,
        actor: &Actor,
        filter: &CommandFilter,
    ) -> Result<Page<ShownCommand>, QueryError> {
        let ports = self.permit(actor, Action::ListCommands, &Resource::Installation).await?;
        let page = ports.queue.list(filter).await?;
        Ok(Page { items: all_shown(ports, self.known_progress(), page.items).await?, more: page.more })
    }
}
