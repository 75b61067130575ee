//! The status of a stack: the saved version, the applied version and what is running, kept apart.

use std::collections::BTreeSet;
use std::time::Duration;

use core_monitor_domain::access::{self, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::OpenWrite;
use core_monitor_domain::desired::{DesiredError, DesiredStack};
use core_monitor_domain::drift::is_drift;
use core_monitor_domain::ids::{Slot, StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::{EditedFile, HostObservation, ObservedContainer, SpoofedObject};
use core_monitor_domain::plan::{Blocker, Operation, Plan, Step};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;

use crate::build_source::{NotDesired, desired_stack};

use super::shown_command::stack_waits_behind;
use super::{Server, ServerPorts};

mod judging;
mod service;

pub(super) use judging::statuses_of;
pub use service::{ContainerStatus, ServiceState, ServiceStatus};

/// Status of a stack.
#[derive(Debug, Clone, PartialEq)]
pub struct StackStatus {
    /// The stack, with its saved and its applied version.
    pub stack: Stack,
    /// State of what is running.
    pub state: StackState,
    /// The services: those of the applied version (of the saved version if none is applied) in the order of the file,
    /// then those that only have containers.
    pub services: Vec<ServiceStatus>,
    /// How the engine differs from the applied version. `None` if nothing is applied or nothing was observed.
    pub drift: Option<Drift>,
    /// Foreign objects that carry the labels of the stack. They count for nothing above.
    pub spoofed: Vec<SpoofedObject>,
    /// What its first waiting command waits behind. Not part of the state of a stack in a list, which shows its newest
    /// command.
    pub waits_behind: Option<OpenWrite>,
    /// When the engine was last observed; `None` before the first observation.
    pub observed_at: Option<Timestamp>,
    /// Age of that observation.
    pub age: Option<Duration>,
}

/// State of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackState {
    /// No version was ever applied, and there are no containers.
    NotApplied,
    /// Every service is up, or has completed successfully.
    Running,
    /// Some services are up and some are not, but none has failed: starting, or partly stopped.
    Partial,
    /// Everything sleeps until somebody asks for it.
    Asleep,
    /// Nothing runs.
    Stopped,
    /// Every service was a job, and each has succeeded.
    Completed,
    /// Some service is unhealthy, ended with an error or is being restarted over and over.
    Degraded,
    /// Unknown: the engine has not been observed.
    Unknown,
}

impl StackState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::NotApplied,
        Self::Running,
        Self::Partial,
        Self::Asleep,
        Self::Stopped,
        Self::Completed,
        Self::Degraded,
        Self::Unknown,
    ];

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotApplied => "not_applied",
            Self::Running => "running",
            Self::Partial => "partial",
            Self::Asleep => "asleep",
            Self::Stopped => "stopped",
            Self::Completed => "completed",
            Self::Degraded => "degraded",
            Self::Unknown => "unknown",
        }
    }
}

/// What it would take to match the applied version again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drift {
    /// The steps of the plan.
    pub steps: Vec<DriftStep>,
    /// The files of the stack's folder that somebody has changed since they were written.
    pub files: Vec<EditedFile>,
    /// What would prevent it.
    pub blockers: Vec<Blocker>,
}

/// One difference, as the step that would undo it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftStep {
    /// The kind of the step.
    pub operation: Operation,
    /// The container, network, volume or image, by name.
    pub subject: String,
    /// The service it is about; `None` for networks and volumes.
    pub service: Option<ServiceName>,
    /// The replica it is about.
    pub slot: Option<Slot>,
    /// What the step would do.
    pub action: Message,
    /// What differs.
    pub cause: Message,
}

impl Drift {
    /// Whether there is any.
    pub fn is_any(&self) -> bool {
        !self.steps.is_empty() || !self.files.is_empty() || !self.blockers.is_empty()
    }
}

/// Why there is no status.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// This release can no longer read the saved definition.
    #[error(transparent)]
    Definition(#[from] DesiredError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotDesired> for StatusError {
    fn from(error: NotDesired) -> Self {
        match error {
            NotDesired::Definition(error) => error.into(),
            NotDesired::Store(error) => error.into(),
        }
    }
}

impl Server {
    /// The status of a stack, from the last observation. Never asks the engine.
    pub async fn show_stack_status(&self, actor: &Actor, id: StackId) -> Result<StackStatus, StatusError> {
        let ports = self.permit(actor, access::Action::ShowStackStatus, &Resource::Stack(id)).await?;
        stack_status(ports, id).await
    }

    /// The same, for callers that only need the containers.
    pub async fn list_stack_containers(
        &self,
        actor: &Actor,
        id: StackId,
    ) -> Result<StackStatus, StatusError> {
        let ports = self.permit(actor, access::Action::ListStackContainers, &Resource::Stack(id)).await?;
        stack_status(ports, id).await
    }
}

async fn stack_status(ports: &ServerPorts, id: StackId) -> Result<StackStatus, StatusError> {
    let stack = ports.stacks.find(id).await?.ok_or(StatusError::StackNotFound)?;
    let host = ports.observations.host().await?;
    let containers = ports.observations.containers(id).await?;
    let waits_behind = stack_waits_behind(ports, id).await?;
    let mut statuses = statuses_of(ports, vec![(stack, containers)], host).await?;
    let status = statuses.of.pop().ok_or(StatusError::StackNotFound)??;
    Ok(StackStatus { waits_behind, ..status })
}

/// The services that the stack has: those of its definition, and those that have a container.
pub(super) async fn known_services(
    ports: &ServerPorts,
    stack: &Stack,
) -> Result<BTreeSet<ServiceName>, StoreError> {
    let host = ports.observations.host().await?;
    let containers = ports.observations.containers(stack.id).await?;
    let mut known: BTreeSet<_> = containers.iter().filter_map(ObservedContainer::service).collect();
    // A definition that cannot be read must not hide what runs.
    if let Ok(services) = services_of(ports, stack, host.as_ref(), &containers).await {
        known.extend(services.into_iter().filter_map(|service| service.name.parse().ok()));
    }
    Ok(known)
}

/// The services of a stack with these containers on this host.
pub(super) async fn services_of(
    ports: &ServerPorts,
    stack: &Stack,
    host: Option<&HostObservation>,
    containers: &[ObservedContainer],
) -> Result<Vec<ServiceStatus>, NotDesired> {
    let desired = match ports.stacks.find_version(stack.id, shown_version(stack)).await? {
        Some(version) => desired_stack(&*ports.stacks, &version, &ports.stacks_dir_on(host)).await?,
        None => nothing(stack),
    };
    Ok(service::rows(&desired, containers, &stack.stopped_runs))
}

/// What the stack is shown by: the applied version, or the saved one if none is applied.
fn shown_version(stack: &Stack) -> VersionNumber {
    stack.current_version.unwrap_or(stack.latest_version)
}

fn nothing(stack: &Stack) -> DesiredStack {
    DesiredStack::empty(stack.name.clone())
}

fn overall(services: &[ServiceStatus]) -> StackState {
    // A service that should have no containers and has none says nothing about the stack.
    let mut counted = services.iter().filter(|s| s.desired > 0 || !s.containers.is_empty()).peekable();
    if counted.peek().is_none() {
        return StackState::Stopped;
    }
    let any = |wanted: fn(ServiceState) -> bool| counted.clone().any(|service| wanted(service.state));
    let all = |wanted: fn(ServiceState) -> bool| counted.clone().all(|service| wanted(service.state));
    if any(|state| matches!(state, ServiceState::Unhealthy | ServiceState::Failed)) {
        StackState::Degraded
    } else if all(|state| state == ServiceState::Completed) {
        StackState::Completed
    } else if all(|state| matches!(state, ServiceState::Asleep | ServiceState::Completed)) {
        StackState::Asleep
    } else if all(|state| {
        matches!(state, ServiceState::Running | ServiceState::Completed | ServiceState::Asleep)
    }) {
        // What sleeps is as it should be.
        StackState::Running
    } else if any(|state| {
        matches!(state, ServiceState::Running | ServiceState::Starting | ServiceState::Partial)
    }) {
        StackState::Partial
    } else {
        StackState::Stopped
    }
}

impl Drift {
    fn of(plan: Plan, files: Vec<EditedFile>) -> Self {
        let steps = plan.steps.iter().filter(|step| is_drift(step)).map(DriftStep::of).collect();
        Self { steps, files, blockers: plan.blockers }
    }
}

impl DriftStep {
    fn of(step: &Step) -> Self {
        Self {
            operation: step.action.op(),
            subject: step.action.subject().to_owned(),
            service: step.service.clone(),
            slot: step.slot,
            action: step.action.message(),
            cause: step.cause.message(),
        }
    }
}
