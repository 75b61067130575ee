//! Showing a command.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::CommandId;

use super::patience::settled_or_later;
use super::shown_command::shown;
use super::{Patience, QueryError, Server, ShownCommand};

impl Server {
    /// The command, optionally once it has ended.
    pub async fn show_command(
        &self,
        actor: &Actor,
        id: CommandId,
        patience: &Patience,
    ) -> Result<ShownCommand, QueryError> {
        let ports = self.permit(actor, Action::ShowCommand, &Resource::Command(id)).await?;
        let command = ports.queue.find(id).await?.ok_or(QueryError::CommandNotFound)?;
        let command = settled_or_later(ports, command, patience).await?;
        Ok(shown(ports, self.known_progress(), command).await?)
    }
}
