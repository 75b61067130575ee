//! What the server does by itself for instances: it asks for lists of keys, notes what has stopped, removes what is due, and gives
//! an instance another port where the engine found one taken.
//!
//! Everything is decided from what is stored, and everything it does is an ordinary command or one transaction. So it can be
//! killed at any moment, and two servers that do it at once do nothing twice that matters.

mod moving;
mod polling;
mod sweeping;

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::{Clock, InstanceFilter};
use core_monitor_domain::template::Instance;
use tracing::warn;

use super::{InstanceError, Server, ServerPorts};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(5);
/// How many instances are read at once.
const AT_ONCE: u32 = 500;

/// Looks after the instances of an installation.
pub struct Steward {
    server: Server,
    clock: Arc<dyn Clock>,
    failing: bool,
}

impl Steward {
    /// That of this server.
    pub fn new(server: Server, clock: Arc<dyn Clock>) -> Self {
        Self { server, clock, failing: false }
    }

    /// Goes on until it is dropped.
    pub async fn run(mut self) {
        loop {
            match self.server.look_after_instances(&Actor::server()).await {
                Ok(()) => self.failing = false,
                Err(error) => {
                    if !std::mem::replace(&mut self.failing, true) {
                        warn!(%error, "cannot look after the instances of templates; it is tried again");
                    }
                }
            }
            self.clock.sleep(EVERY).await;
        }
    }
}

impl Server {
    /// Looks after all instances once.
    pub async fn look_after_instances(&self, actor: &Actor) -> Result<(), InstanceError> {
        let ports = self.permit(actor, Action::SweepInstances, &Resource::Installation)?;
        polling::poll(ports).await?;
        let instances = all_instances(ports).await?;
        if instances.is_empty() {
            return Ok(());
        }
        let known = self.cared_for(ports, instances).await?;
        sweeping::note_stopped(ports, &known).await?;
        sweeping::remove_due(ports, actor, &known).await?;
        self.move_ports(ports, actor, &known).await
    }
}

/// Every instance of every template.
pub(super) async fn all_instances(ports: &ServerPorts) -> Result<Vec<Instance>, InstanceError> {
    let mut filter = InstanceFilter { limit: AT_ONCE, ..InstanceFilter::default() };
    let mut all = Vec::new();
    loop {
        let page = ports.instances.list(&filter).await?;
        filter.after = page.items.last().map(|last| (last.template, last.key.clone()));
        all.extend(page.items);
        if !page.more {
            return Ok(all);
        }
    }
}
