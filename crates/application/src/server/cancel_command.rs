//! Cancelling a command.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::Command;
use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::Cancelled;

use super::shown_command::shown;
use super::{QueryError, Server, ShownCommand};

/// What became of a request to cancel a command.
#[derive(Debug, Clone, PartialEq)]
pub enum CancelAnswer {
    /// It is cancelled.
    Now(ShownCommand),
    /// It is running, and its worker was asked to stop.
    Requested(ShownCommand),
    /// There is no such command.
    NotFound,
    /// It had ended before.
    TooLate(Command),
}

impl Server {
    /// Cancels a waiting or failed command; asks the worker to stop a running one.
    pub async fn cancel_command(&self, actor: &Actor, id: CommandId) -> Result<CancelAnswer, QueryError> {
        let ports = self.permit(actor, Action::CancelCommand, &Resource::Command(id)).await?;
        let known = self.known_progress();
        Ok(match ports.queue.cancel(id, actor, ports.clock.now()).await? {
            Cancelled::Now(command) => CancelAnswer::Now(shown(ports, known, command).await?),
            Cancelled::Requested(command) => CancelAnswer::Requested(shown(ports, known, command).await?),
            Cancelled::NotFound => CancelAnswer::NotFound,
            Cancelled::TooLate(command) => CancelAnswer::TooLate(command),
        })
    }
}
