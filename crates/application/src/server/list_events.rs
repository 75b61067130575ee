//! Listing events.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::journal::CommandEvent;
use core_monitor_domain::ports::EventFilter;

use super::{QueryError, Server};

impl Server {
    /// The events after an event, oldest first.
    pub async fn list_events(
        &self,
        actor: &Actor,
        filter: &EventFilter,
    ) -> Result<Vec<CommandEvent>, QueryError> {
        let ports = match filter.command_id {
            Some(id) => self.permit(actor, Action::ListCommandEvents, &Resource::Command(id)).await?,
            None => self.permit(actor, Action::ListEvents, &Resource::Installation).await?,
        };
        if let Some(id) = filter.command_id {
            ports.queue.find(id).await?.ok_or(QueryError::CommandNotFound)?;
        }
        Ok(ports.queue.events(filter).await?)
    }
}
