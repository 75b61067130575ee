//! Listing events.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::journal::CommandEvent;
use core_monitor_domain::ports::EventFilter;

use super::{QueryError, Server};

impl Server {
    /// The events after an event, oldest first: those of one command, or of the commands of stacks that the actor may see.
    pub async fn list_events(
        &self,
        actor: &Actor,
        filter: &EventFilter,
    ) -> Result<Vec<CommandEvent>, QueryError> {
        if let Some(id) = filter.command_id {
            let ports = self.permit(actor, Action::ListCommandEvents, &Resource::Command(id)).await?;
            ports.queue.find(id).await?.ok_or(QueryError::CommandNotFound)?;
            return Ok(ports.queue.events(filter).await?);
        }
        let ports = self.permit(actor, Action::ListEvents, &Resource::Installation).await?;
        match self.seen_by(ports, actor).await?.of_events(filter.clone()) {
            Some(filter) => Ok(ports.queue.events(&filter).await?),
            None => Ok(Vec::new()),
        }
    }
}
