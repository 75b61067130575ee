//! What the host has, what happens there, and what the engine knows about a container.

use async_trait::async_trait;
use core_monitor_domain::engine_event::{EngineEvent, EventsFrom};
use core_monitor_domain::inventory::Inventory;
use core_monitor_domain::ports::{EventFeed, Feed, Inspection, LinkError, ObjectLink};
use serde_json::Value;

use super::EngineLinkClient;
use crate::call::{Call, Said};
use crate::operation::{FollowEngine, Inspect, Json, TakeInventory};

#[async_trait]
impl ObjectLink for EngineLinkClient {
    async fn inventory(&self, sizes: bool) -> Result<Inventory, LinkError> {
        self.ask::<TakeInventory>(sizes).await
    }

    async fn inspect(&self, wanted: &Inspection) -> Result<Value, LinkError> {
        self.ask::<Inspect>(wanted.clone()).await
    }

    async fn engine_events(&self, from: EventsFrom) -> Result<EventFeed<LinkError>, LinkError> {
        Ok(Box::new(self.begin::<FollowEngine>(&from).await?))
    }
}

#[async_trait]
impl Feed<EngineEvent, LinkError> for Call<FollowEngine> {
    async fn next(&mut self) -> Result<Option<EngineEvent>, LinkError> {
        match Self::next(self).await? {
            Said::Item(Json(event)) => Ok(Some(event)),
            Said::End(()) => Ok(None),
        }
    }
}
