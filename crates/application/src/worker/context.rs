//! The context of the work on one command.

use core_monitor_domain::command::Command;
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::observation::Observation;
use core_monitor_domain::ports::{Clock, ContainerEngine, QueueError};
use tokio::sync::Mutex;
use tracing::{error, warn};

use super::WorkerPorts;
use super::activity::Activity;
use super::backoff::Backoff;
use super::chain;
use super::goal::Goal;
use super::look::{LookError, look};
use super::mailbox::Mailbox;
use super::observer::Observer;
use super::settings::WorkerSettings;
use super::tenure::{Halt, Tenure};

/// Number of attempts after which a worker that is shutting down gives up on a database that does not answer.
const LAST_ATTEMPTS: u32 = 5;

/// One command being carried out under one lease.
pub(crate) struct Context<'w> {
    pub(crate) ports: &'w WorkerPorts,
    pub(crate) settings: &'w WorkerSettings,
    pub(crate) instance: InstanceId,
    pub(crate) activity: &'w Activity,
    pub(crate) observer: &'w Observer<'w>,
    pub(crate) tenure: &'w Tenure<'w>,
    pub(crate) command: &'w Command,
    pub(crate) mailbox: Mailbox,
    /// Held while a container with a published port range starts.
    pub(crate) port_ranges: &'w Mutex<()>,
}

impl Context<'_> {
    pub(crate) fn engine(&self) -> &dyn ContainerEngine {
        &*self.ports.engine
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.ports.clock
    }

    /// Observes the engine for the command.
    pub(crate) async fn look(&self) -> Result<Observation, LookError> {
        look(self.ports, self.settings, self.instance, Some(self.command.id)).await
    }

    /// The owner of the objects created for `goal`.
    pub(crate) fn provenance(&self, goal: &Goal) -> Provenance {
        let DesiredStack { name, .. } = &goal.desired;
        Provenance {
            instance: self.instance,
            stack_id: self.command.stack_id,
            stack: name.clone(),
            version: goal.version,
            command: Some(self.command.id),
            epoch: Some(self.tenure.lease().epoch),
            predecessors: goal.predecessors.clone(),
        }
    }

    /// Retries a read or write of the queue until it succeeds or this worker must stop.
    pub(crate) async fn guarded<T, F>(&self, what: &str, attempt: impl Fn() -> F + Sync) -> Result<T, Halt>
    where
        T: Send,
        F: Future<Output = Result<T, QueueError>> + Send,
    {
        let mut backoff = Backoff::default();
        loop {
            let store_error = match attempt().await {
                Ok(value) => return Ok(value),
                Err(QueueError::LeaseLost) => {
                    self.tenure.lose();
                    return Err(Halt::LeaseLost);
                }
                Err(QueueError::Store(store_error)) => store_error,
            };
            match self.tenure.halt() {
                Some(Halt::LeaseLost) => return Err(Halt::LeaseLost),
                Some(Halt::Shutdown) if backoff.failures() >= LAST_ATTEMPTS => {
                    error!(error = %chain(&store_error), "cannot {what}; giving up because of the shutdown");
                    return Err(Halt::Shutdown);
                }
                _ => warn!(error = %chain(&store_error), "cannot {what}, retrying"),
            }
            self.clock().sleep(backoff.next(self.ports.ids.jitter())).await;
        }
    }
}
