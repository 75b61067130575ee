//! What the host has, what happens there, and what the engine knows about a container.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::LinkError;
use crate::engine_event::EventsFrom;
use crate::ids::{ContainerId, StackId};
use crate::inventory::Inventory;
use crate::ports::EventFeed;

/// Reads objects and events of the engine.
#[async_trait]
pub trait ObjectLink: Send + Sync {
    /// Everything that takes space on the host. With `sizes`, as the engine adds them up, which takes seconds; the worker keeps
    /// them for a while.
    async fn inventory(&self, sizes: bool) -> Result<Inventory, LinkError>;

    /// The engine's document about a container. [`LinkError::NotFound`] if there is no such container.
    async fn inspect(&self, wanted: &Inspection) -> Result<Value, LinkError>;

    /// The engine's events. A place in a stack is only in those whose object a command created or a stack adopted. If the
    /// worker disconnects, the stream fails; it does not just end.
    async fn engine_events(&self, from: EventsFrom) -> Result<EventFeed<LinkError>, LinkError>;
}

/// A container to inspect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Which.
    pub container: ContainerId,
    /// The stack it belongs to, whose secrets are hidden.
    pub stack_id: Option<StackId>,
    /// Shows everything.
    pub reveal: bool,
}
