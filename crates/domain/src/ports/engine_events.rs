//! The engine's events and its documents, for people.

use async_trait::async_trait;
use serde_json::Value;

use super::{EngineError, Feed};
use crate::engine_event::{EngineEvent, EventsFrom};
use crate::ids::ContainerId;

/// Events in the order of the engine.
pub type EventFeed<E> = Box<dyn Feed<EngineEvent, E>>;

/// Reads what an engine says about itself and its containers. Nothing here changes anything.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EngineWitness: Send + Sync {
    /// The engine's events. Of earlier ones, an engine has only the last
    /// [`REMEMBERED`](crate::engine_event::REMEMBERED). The feed ends at `until`, else with an error when the engine goes
    /// away.
    async fn events(&self, from: EventsFrom) -> Result<EventFeed<EngineError>, EngineError>;

    /// The engine's whole document about a container, with every secret that it contains; `None` if there is no such container.
    async fn document(&self, container: &ContainerId) -> Result<Option<Value>, EngineError>;
}
