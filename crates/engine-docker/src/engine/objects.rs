//! Reading what the host has.

use async_trait::async_trait;
use core_monitor_domain::engine_event::EventsFrom;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::inventory::{DiskUsage, Inventory};
use core_monitor_domain::ports::{EngineError, EngineInventory, EngineWitness, EventFeed};
use core_monitor_domain::time::Timestamp;
use serde_json::Value;

use super::DockerContainerEngine;
use crate::{classify, disk_usage, inventory, witness};

#[async_trait]
impl EngineInventory for DockerContainerEngine {
    async fn inventory(&self, now: Timestamp, sizes: bool) -> Result<Inventory, EngineError> {
        let read = async { inventory::read(&*self.session().await?, now, sizes).await };
        self.read(Box::pin(read)).await
    }

    async fn disk_usage(&self, now: Timestamp) -> Result<DiskUsage, EngineError> {
        let read = async { disk_usage::read(&*self.session().await?, now).await.map_err(classify::read) };
        self.read(read).await
    }
}

#[async_trait]
impl EngineWitness for DockerContainerEngine {
    async fn events(&self, from: EventsFrom) -> Result<EventFeed<EngineError>, EngineError> {
        self.read(async { witness::events(&*self.session().await?, from).await }).await
    }

    async fn document(&self, container: &ContainerId) -> Result<Option<Value>, EngineError> {
        self.read(async { witness::document(&*self.session().await?, container).await }).await
    }
}
