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

/// Somebody else creates a network with this name.
pub(crate) async fn world_with_a_foreign_network(world: &World, name: &str) {
    let mut host = world.database.observation_store().host().await.unwrap().unwrap();
    host.networks.push(core_monitor_domain::observation::ObservedNetwork {
        id: "foreign".into(),
        name: name.to_owned(),
        driver: "bridge".to_owned(),
        labels: std::collections::BTreeMap::new(),
        created_at: None,
        subnets: Vec::new(),
    });
    world
        .database
        .observation_store()
        .save(&core_monitor_domain::observation::Observation { host, containers: Vec::new() })
        .await
        .unwrap();
}
