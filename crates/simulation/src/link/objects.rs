//! What the host has, what happens there, and what the engine knows about a container.

use async_trait::async_trait;
use core_monitor_domain::engine_event::{EngineEvent, EventsFrom};
use core_monitor_domain::inspection::hidden;
use core_monitor_domain::inventory::Inventory;
use core_monitor_domain::ports::{
    EngineError, EngineInventory as _, EngineWitness as _, EventFeed, Feed, Inspection, LinkError, ObjectLink,
};
use core_monitor_domain::secret_variable::OpenedSecrets;
use serde_json::Value;
use tokio::sync::watch;

use super::{SimEngineLink, away, link_error};

#[async_trait]
impl ObjectLink for SimEngineLink {
    async fn inventory(&self, sizes: bool) -> Result<Inventory, LinkError> {
        self.reached()?;
        self.engine.inventory(self.clock.now(), sizes).await.map_err(link_error)
    }

    async fn inspect(&self, wanted: &Inspection) -> Result<Value, LinkError> {
        self.reached()?;
        let found = self.engine.document(&wanted.container).await.map_err(link_error)?;
        let document = found.ok_or_else(|| LinkError::NotFound {
            message: format!("no such container: {}", wanted.container),
        })?;
        Ok(if wanted.reveal { document } else { hidden(document, &OpenedSecrets::default()) })
    }

    async fn engine_events(&self, from: EventsFrom) -> Result<EventFeed<LinkError>, LinkError> {
        self.reached()?;
        let events = self.engine.events(from).await.map_err(link_error)?;
        Ok(Box::new(SimFeed { events, away: self.away.subscribe() }))
    }
}

/// Events while the worker is available.
struct SimFeed {
    events: EventFeed<EngineError>,
    away: watch::Receiver<bool>,
}

#[async_trait]
impl Feed<EngineEvent, LinkError> for SimFeed {
    async fn next(&mut self) -> Result<Option<EngineEvent>, LinkError> {
        tokio::select! {
            biased;
            event = self.events.next() => event.map_err(link_error),
            // A dropped link counts as a stopped worker.
            _ = self.away.wait_for(|away| *away) => Err(away()),
        }
    }
}
