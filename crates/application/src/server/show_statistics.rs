//! What containers and the host use now.

use std::collections::BTreeSet;
use std::sync::Arc;

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{LinkError, StoreError};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::statistics::{ContainerFigures, HostFigures, StatisticsSnapshot};

use super::{Server, ServerPorts};

/// Why there are no statistics.
#[derive(Debug, thiserror::Error)]
pub enum StatisticsError {
    /// The actor is not allowed to see them.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such service and never had, as far as anything is known of it.
    #[error("the stack has no service `{0}`")]
    ServiceUnknown(ServiceName),
    /// The time asked for ends before it begins.
    #[error("`from` is not before `to`")]
    EmptyRange,
    /// The worker does not answer.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What everything uses, or some stacks.
#[derive(Debug, Clone)]
pub struct ShownStatistics {
    /// What the worker said.
    pub snapshot: Arc<StatisticsSnapshot>,
    /// Whose containers are shown, and nothing of the host; `None`: everything.
    pub of: Option<BTreeSet<StackId>>,
}

impl ShownStatistics {
    /// The containers that are shown.
    pub fn containers(&self) -> impl Iterator<Item = &ContainerFigures> {
        let is_shown = |figures: &&ContainerFigures| {
            let stack = figures.place.as_ref().map(|place| place.stack);
            self.of.as_ref().is_none_or(|of| stack.is_some_and(|stack| of.contains(&stack)))
        };
        self.snapshot.containers.iter().filter(is_shown)
    }

    /// The host, if it is shown and was measured.
    pub fn host(&self) -> Option<&HostFigures> {
        self.snapshot.host.as_ref().filter(|_| self.of.is_none())
    }
}

impl Server {
    /// What all containers and the host use now, or only the containers of one stack.
    pub async fn show_statistics(
        &self,
        actor: &Actor,
        of: Option<StackId>,
    ) -> Result<ShownStatistics, StatisticsError> {
        let ports = self.permit(actor, Action::ShowStatistics, &Resource::Installation).await?;
        if let Some(stack) = of {
            must_exist(ports, stack).await?;
        }
        let snapshot = self.known_statistics().get(&*ports.link, &*ports.clock).await?;
        Ok(ShownStatistics { snapshot, of: of.map(|stack| [stack].into()) })
    }

    /// What the containers of a stack use now.
    pub async fn show_stack_statistics(
        &self,
        actor: &Actor,
        stack: StackId,
    ) -> Result<ShownStatistics, StatisticsError> {
        let ports = self.permit(actor, Action::ShowStackStatistics, &Resource::Stack(stack)).await?;
        must_exist(ports, stack).await?;
        let snapshot = self.known_statistics().get(&*ports.link, &*ports.clock).await?;
        Ok(ShownStatistics { snapshot, of: Some([stack].into()) })
    }
}

pub(super) async fn must_exist(ports: &ServerPorts, stack: StackId) -> Result<Stack, StatisticsError> {
    ports.stacks.find(stack).await?.ok_or(StatisticsError::StackNotFound)
}
