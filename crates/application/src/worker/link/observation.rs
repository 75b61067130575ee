//! A new observation.

use async_trait::async_trait;
use core_monitor_domain::ports::{LinkError, ObservationLink};
use core_monitor_domain::time::Timestamp;

use super::{WorkerLink, refused};
use crate::worker::look::{Host, Records, look_through};

#[async_trait]
impl ObservationLink for WorkerLink {
    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        let records = Records {
            adoptions: &*self.adoptions,
            creations: &*self.creations,
            observations: self.latest.store(),
            stacks: &*self.stacks,
            vault: &*self.vault,
        };
        let (host, clock) = (&*self.readers.host, &*self.clock);
        let site = Host { folders: &*self.folders, builds: &self.builds, protected: &self.protected };
        let observed = look_through(host, records, clock, site, self.instance, None).await;
        let observed = observed.map_err(|error| refused(&error))?;
        self.latest.save(&observed).await.map_err(|error| refused(&error))?;
        Ok(observed.host.taken_at)
    }
}
