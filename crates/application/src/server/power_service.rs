//! Waking a service that sleeps on demand, and putting it to sleep, because somebody says so.
//!
//! They are the commands of the gateway with another cause. Whoever asks by name does not wait for memory, a schedule or
//! whoever is inside: the gateway sees what was done and follows.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::{Actor, SystemPart};
use core_monitor_domain::command::{PowerCause, PowerChange, PowerScope};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::on_demand::OnDemandState;
use core_monitor_domain::ports::{EnqueueError, Enqueued, NewCommand, StoreError};

use super::on_demand::{OnDemandError, OnDemandService, one_of};
use super::patience::settled_or_later;
use super::shown_command::shown;
use super::{Accepted, Patience, Server, ServerPorts, Write};

/// Why nothing was enqueued.
#[derive(Debug, thiserror::Error)]
pub enum PowerServiceError {
    /// There is no such service.
    #[error(transparent)]
    OnDemand(#[from] OnDemandError),
    /// It never sleeps: it is always on, or a service that never sleeps needs it.
    #[error("`{service}` never sleeps")]
    NeverSleeps {
        /// The service.
        service: ServiceName,
    },
    /// The queue refused it.
    #[error(transparent)]
    Queue(#[from] EnqueueError),
}

impl From<Forbidden> for PowerServiceError {
    fn from(error: Forbidden) -> Self {
        Self::OnDemand(error.into())
    }
}

impl From<StoreError> for PowerServiceError {
    fn from(error: StoreError) -> Self {
        Self::OnDemand(error.into())
    }
}

impl Server {
    /// Wakes a service, with everything that it needs.
    pub async fn wake_service(
        &self,
        actor: &Actor,
        stack: StackId,
        service: &ServiceName,
        write: Write,
        patience: &Patience,
    ) -> Result<Accepted, PowerServiceError> {
        let ports = self.permit(actor, Action::WakeService, &Resource::Stack(stack)).await?;
        let (found, _) = one_of(ports, self.known_on_demand(), stack, service).await?;
        let services = found.household.wakes(service);
        let cause = Some(PowerCause::Person { service: service.clone() });
        let change = PowerChange::Wake(PowerScope { services, cause });
        self.power(ports, actor, stack, change, write, patience).await
    }

    /// Puts a service to sleep, with everything that nothing else needs.
    pub async fn put_service_to_sleep(
        &self,
        actor: &Actor,
        stack: StackId,
        service: &ServiceName,
        write: Write,
        patience: &Patience,
    ) -> Result<Accepted, PowerServiceError> {
        let ports = self.permit(actor, Action::PutServiceToSleep, &Resource::Stack(stack)).await?;
        let (found, others) = one_of(ports, self.known_on_demand(), stack, service).await?;
        if found.declared.always_on || found.household.is_held(service) {
            return Err(PowerServiceError::NeverSleeps { service: service.clone() });
        }
        let up = others.iter().filter(|other| is_up(other)).map(|other| &other.service);
        let mut services = found.household.sleeps(service, up);
        // Somebody says so, even if another one still needs it: at least this one sleeps.
        services.insert(service.clone());
        let cause = Some(PowerCause::Person { service: service.clone() });
        let change = PowerChange::Sleep(found.declared.stop, PowerScope { services, cause });
        self.power(ports, actor, stack, change, write, patience).await
    }

    async fn power(
        &self,
        ports: &ServerPorts,
        actor: &Actor,
        stack_id: StackId,
        change: PowerChange,
        write: Write,
        patience: &Patience,
    ) -> Result<Accepted, PowerServiceError> {
        let command = NewCommand {
            id: CommandId(ports.ids.next_uuid()),
            stack_id,
            payload: change.into(),
            leaves_on_failure: false,
            // The system's own command, on somebody's behalf.
            principal: Actor::System { part: SystemPart::Server, on_behalf_of: actor.principal().cloned() },
            idempotency: write.idempotency,
            if_match: write.if_match,
            now: ports.clock.now(),
        };
        let (command, replayed) = match ports.queue.enqueue(command).await? {
            Enqueued::New(command) => (command, false),
            Enqueued::Replayed(command) => (command, true),
        };
        let command = settled_or_later(ports, command, patience).await?;
        let stack = ports.stacks.find(stack_id).await?;
        let shown = shown(ports, self.known_progress(), command).await?;
        Ok(Accepted { shown, replayed, revision: stack.map(|stack| stack.revision()) })
    }
}

/// Whether it runs or may run, as the gateway last said. What nobody knows is taken to run.
fn is_up(service: &OnDemandService) -> bool {
    service.reported.as_ref().is_none_or(|reported| match reported.state {
        OnDemandState::Starting | OnDemandState::Awake | OnDemandState::FallingAsleep => true,
        OnDemandState::Asleep | OnDemandState::Held | OnDemandState::Failed => false,
    })
}
