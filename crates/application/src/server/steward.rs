//! What the server does by itself for instances: it asks for lists of keys, notes what has stopped, removes what is due, carries on
//! rollouts, and gives an instance another port where the engine found one taken.
//!
//! Everything is decided from what is stored, and everything it does is an ordinary command or one transaction. So it can be
//! killed at any moment, and two servers that do it at once do nothing twice that matters.

mod moving;
mod polling;
mod rolling;
mod sweeping;

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::{Clock, InstanceFilter};
use core_monitor_domain::template::Instance;
use tracing::warn;

use super::{InstanceError, Server, ServerPorts};

/// How often it looks after the instances.
const EVERY: Duration = Duration::from_secs(5);
/// How often it looks which lists of keys are due.
const ASKING: Duration = Duration::from_secs(1);
/// How often it carries on with rollouts.
const ROLLING: Duration = Duration::from_secs(1);
/// How many instances are read at once.
const AT_ONCE: u32 = 500;

/// What is done again and again, each by itself.
#[derive(Debug, Clone, Copy)]
enum Duty {
    /// The instances are looked after.
    Caring,
    /// Lists of keys are asked for.
    Asking,
    /// Rollouts are carried on.
    Rolling,
}

/// Looks after the instances of an installation.
pub struct Steward {
    server: Server,
    clock: Arc<dyn Clock>,
}

impl Steward {
    /// That of this server.
    pub fn new(server: Server, clock: Arc<dyn Clock>) -> Self {
        Self { server, clock }
    }

    /// Goes on until it is dropped. An owner that does not answer keeps no instance waiting.
    pub async fn run(self) {
        futures::join!(
            self.keeps_up(Duty::Caring),
            self.keeps_up(Duty::Asking),
            self.keeps_up(Duty::Rolling)
        );
    }

    async fn keeps_up(&self, duty: Duty) {
        let (actor, mut failing) = (Actor::server(), false);
        loop {
            let (done, every) = match duty {
                Duty::Caring => (self.server.look_after_instances(&actor).await, EVERY),
                Duty::Asking => (self.server.ask_for_keys(&actor).await, ASKING),
                Duty::Rolling => (self.server.carry_on_rollouts(&actor).await, ROLLING),
            };
            match done {
                Ok(()) => failing = false,
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        warn!(%error, "cannot look after the instances of templates; it is tried again");
                    }
                }
            }
            self.clock.sleep(every).await;
        }
    }
}

impl Server {
    /// Asks for every list of keys whose time has come.
    pub async fn ask_for_keys(&self, actor: &Actor) -> Result<(), InstanceError> {
        let ports = self.permit(actor, Action::LookAfterInstances, &Resource::Installation).await?;
        polling::poll(ports).await
    }

    /// Looks after all instances once.
    pub async fn look_after_instances(&self, actor: &Actor) -> Result<(), InstanceError> {
        let ports = self.permit(actor, Action::LookAfterInstances, &Resource::Installation).await?;
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
