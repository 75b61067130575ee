//! Retrying a failed command.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::Command;
use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::Retried;

use super::patience::settled_or_later;
use super::shown_command::shown;
use super::{Patience, QueryError, Server, ShownCommand};

/// What became of a request to retry a command.
#[derive(Debug, Clone, PartialEq)]
pub enum RetryAnswer {
    /// It is `PENDING` again, or has come further since.
    Now(Box<ShownCommand>),
    /// There is no such command.
    NotFound,
    /// It has not failed.
    NotFailed(Box<Command>),
}

impl Server {
    /// Makes a failed command `PENDING` again at its old position, the head of its lane.
    pub async fn retry_command(
        &self,
        actor: &Actor,
        id: CommandId,
        patience: &Patience,
    ) -> Result<RetryAnswer, QueryError> {
        let ports = self.permit(actor, Action::RetryCommand, &Resource::Command(id)).await?;
        Ok(match ports.queue.retry(id, actor, ports.clock.now()).await? {
            Retried::Now(command) => {
                let command = settled_or_later(ports, command, patience).await?;
                RetryAnswer::Now(Box::new(shown(ports, self.known_progress(), command).await?))
            }
            Retried::NotFound => RetryAnswer::NotFound,
            Retried::NotFailed(command) => RetryAnswer::NotFailed(Box::new(command)),
        })
    }
}
