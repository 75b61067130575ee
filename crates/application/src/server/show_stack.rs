//! Showing a stack.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::OpenWrite;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::offer::Offer;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::Stack;

use super::enqueue::standing;
use super::shown_command::stack_waits_behind;
use super::{QueryError, Server, ServerPorts};

/// A stack with what can be done to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownStack {
    /// The stack.
    pub stack: Stack,
    /// What its first waiting command waits behind.
    pub waits_behind: Option<OpenWrite>,
    /// What can be done to it now.
    pub offers: Vec<Offer>,
}

impl Server {
    /// The stack, and what can be done to it.
    pub async fn show_stack(&self, actor: &Actor, id: StackId) -> Result<ShownStack, QueryError> {
        let ports = self.permit(actor, Action::ShowStack, &Resource::Stack(id)).await?;
        let stack = stack_of(ports, id).await?;
        let offers = standing(ports, &stack).await?.offers();
        let waits_behind = stack_waits_behind(ports, id).await?;
        Ok(ShownStack { stack, waits_behind, offers })
    }
}

/// Finds an existing stack.
pub(super) async fn stack_of(ports: &ServerPorts, id: StackId) -> Result<Stack, QueryError> {
    let found: Result<_, StoreError> = ports.stacks.find(id).await;
    found?.ok_or(QueryError::StackNotFound)
}
