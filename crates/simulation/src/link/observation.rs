//! A new observation.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineReader as _, LinkError, ObservationLink};
use core_monitor_domain::time::Timestamp;

use super::{SimEngineLink, link_error};

#[async_trait]
impl ObservationLink for SimEngineLink {
    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        self.reached()?;
        let now = self.clock.now();
        // Only checks whether the engine answers: nothing stores the observation.
        self.engine.inspect(&ContainerId::from("")).await.map_err(link_error)?;
        Ok(now)
    }
}
