//! What the host has, what happens there, and what the engine knows about a container.

use async_trait::async_trait;
use core_monitor_domain::engine_event::{EngineEvent, EventsFrom};
use core_monitor_domain::inventory::Inventory;
use core_monitor_domain::ports::{EngineLink, EventFeed, Inspection, LinkError};
use serde_json::Value;

use super::{Exchange, Json, NoInput, Operation, Question};

/// Everything that takes space on the host.
pub(crate) struct TakeInventory;

#[async_trait]
impl Question for TakeInventory {
    const NAME: &'static str = "take_inventory";
    /// Whether sizes are wanted.
    type Request = bool;
    type Answer = Inventory;

    async fn answer(link: &dyn EngineLink, sizes: bool) -> Result<Inventory, LinkError> {
        link.inventory(sizes).await
    }
}

/// The engine's document about a container.
pub(crate) struct Inspect;

#[async_trait]
impl Question for Inspect {
    const NAME: &'static str = "inspect";
    type Request = Inspection;
    type Answer = Value;

    async fn answer(link: &dyn EngineLink, wanted: Inspection) -> Result<Value, LinkError> {
        link.inspect(&wanted).await
    }
}

/// Follows the engine's events.
pub(crate) struct FollowEngine;

#[async_trait]
impl Operation for FollowEngine {
    const NAME: &'static str = "follow_engine";
    const LONGEST_ITEM: usize = 1 << 20;
    const REPEATABLE: bool = true;
    type Request = EventsFrom;
    type Input = NoInput;
    type Item = Json<EngineEvent>;
    type End = ();
    type Ready = EventFeed<LinkError>;

    async fn open(link: &dyn EngineLink, from: EventsFrom) -> Result<Self::Ready, LinkError> {
        link.engine_events(from).await
    }

    async fn run(mut events: Self::Ready, exchange: &mut Exchange<Self>) -> Result<(), LinkError> {
        while let Some(event) = events.next().await? {
            exchange.send(&Json(event)).await?;
        }
        Ok(())
    }
}
