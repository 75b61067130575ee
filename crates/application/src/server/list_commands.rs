//! Listing commands.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::{CommandFilter, Page};

use super::shown_command::all_shown;
use super::{QueryError, Server, ShownCommand};

impl Server {
    /// A page of the list: of the commands of stacks that the actor may see.
    pub async fn list_commands(
        &self,
        actor: &Actor,
        filter: &CommandFilter,
    ) -> Result<Page<ShownCommand>, QueryError> {
        let ports = self.permit(actor, Action::ListCommands, &Resource::Installation).await?;
        let seen = self.seen_by(ports, actor).await?;
        let page = match seen.only() {
            None => ports.queue.list(filter).await?,
            Some(only) if only.is_empty() => Page { items: Vec::new(), more: false },
            Some(only) => {
                let filter = CommandFilter { stacks: only.iter().copied().collect(), ..filter.clone() };
                ports.queue.list(&filter).await?
            }
        };
        Ok(Page { items: all_shown(ports, self.known_progress(), page.items).await?, more: page.more })
    }
}
