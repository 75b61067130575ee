//! What the worker's engine has.

use std::collections::BTreeSet;

use core_monitor_domain::ports::{EngineReader as _, LinkError, ObservationLink as _};
use core_monitor_domain::time::Timestamp;

use super::World;
use super::link::FakeLink;

impl World {
    /// Lets the worker look at its engine, now and whenever it is asked to.
    pub(crate) async fn look_at_engine(&self) {
        self.link.look_from_now_on();
        self.link.refresh().await.unwrap();
    }
}

impl FakeLink {
    /// What the engine shows, stored.
    pub(super) async fn look(&self) -> Result<Timestamp, LinkError> {
        let now = self.worker.refresh().await?;
        let observed = self.engine.observe(self.instance, &BTreeSet::new(), now).await.unwrap();
        self.database.observation_store().save(&observed).await.unwrap();
        Ok(now)
    }
}
