//! Saved, applied and running, side by side: three things that are never mixed up.

use std::time::Duration;

use core_monitor_domain::desired::{DesiredError, DesiredStack};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::plan::{Action, Cause, Step};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::time::Timestamp;

use crate::build_source::{NotDesired, desired_stack};

use super::Server;
use super::preview::{PreviewError, pins_of, preview, version_of};

mod service;

pub use service::{ContainerStatus, ServiceState, ServiceStatus};

/// How a stack stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StackStatus {
    /// Saved and applied versions are in here.
    pub stack: Stack,
    /// What runs, in one word.
    pub state: StackState,
    /// What runs, service by service: those of the applied version in the order of its file, then those that only have
    /// containers. Of the saved version while nothing is applied.
    pub services: Vec<ServiceStatus>,
    /// What the engine has that the applied version does not ask for, or the reverse. `None` while nothing is applied or
    /// nothing was observed.
    pub drift: Option<Drift>,
    /// When the engine was last looked at; `None` before the first look.
    pub observed_at: Option<Timestamp>,
    /// How long ago that was.
    pub age: Option<Duration>,
}

/// A stack in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackState {
    /// No version was ever applied, and there are no containers.
    NotApplied,
    /// Every service is as it should be: up, or successfully completed.
    Running,
    /// Some services are up and some are not, and none of those has failed: on the way, or stopped in part.
    Partial,
    /// Nothing runs.
    Stopped,
    /// Every service was a job, and each has succeeded.
    Completed,
    /// Some service is unhealthy, ended with an error or is being restarted over and over.
    Degraded,
    /// Nothing is known: the engine has not been looked at.
    Unknown,
}

/// What applying the applied version again would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drift {
    /// The steps, as a plan words them. Empty: no drift.
    pub steps: Vec<String>,
    /// What would keep it from being done.
    pub problems: Vec<String>,
}

impl Drift {
    /// Whether there is any.
    pub fn is_any(&self) -> bool {
        !self.steps.is_empty() || !self.problems.is_empty()
    }
}

/// Why there is no status.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// What was saved cannot be understood any more.
    #[error(transparent)]
    Definition(#[from] DesiredError),
    /// The store itself.
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

/// Reads the status from the last observation. Never asks the engine.
pub async fn stack_status(server: &Server, id: StackId) -> Result<StackStatus, StatusError> {
    let stack = server.stacks.find(id).await?.ok_or(StatusError::StackNotFound)?;
    let shown = stack.current_version.unwrap_or(stack.latest_version);
    let desired = match server.stacks.find_version(id, shown).await? {
        Some(version) => desired_stack(&*server.stacks, &version).await?,
        None => DesiredStack::empty(stack.name.clone()),
    };
    let containers = server.observations.containers(id).await?;
    let observed_at = server.observations.host().await?.map(|host| host.taken_at);
    let services = service::rows(&desired, &containers, &stack.stopped_runs);
    let state = match observed_at {
        None => StackState::Unknown,
        Some(_) if stack.current_version.is_none() && containers.is_empty() => StackState::NotApplied,
        Some(_) => overall(&services),
    };
    let drift = drift(server, &stack).await?;
    let now = server.clock.now();
    let age = observed_at.map(|at| now.since(at));
    Ok(StackStatus { stack, state, services, drift, observed_at, age })
}

fn overall(services: &[ServiceStatus]) -> StackState {
    let any = |wanted: fn(ServiceState) -> bool| services.iter().any(|service| wanted(service.state));
    let all = |wanted: fn(ServiceState) -> bool| services.iter().all(|service| wanted(service.state));
    if any(|state| matches!(state, ServiceState::Unhealthy | ServiceState::Failed)) {
        StackState::Degraded
    } else if all(|state| state == ServiceState::Completed) && !services.is_empty() {
        StackState::Completed
    } else if all(|state| matches!(state, ServiceState::Running | ServiceState::Completed)) {
        StackState::Running
    } else if any(|state| {
        matches!(state, ServiceState::Running | ServiceState::Starting | ServiceState::Partial)
    }) {
        StackState::Partial
    } else {
        StackState::Stopped
    }
}

async fn drift(server: &Server, stack: &Stack) -> Result<Option<Drift>, StatusError> {
    let Some(current) = stack.current_version else { return Ok(None) };
    let pins = pins_of(server, stack, current).await?;
    let planned = match version_of(server, stack, current).await {
        Ok(version) => preview(server, stack, &version, &pins).await,
        Err(error) => Err(error),
    };
    match planned {
        Ok(preview) => Ok(Some(Drift {
            steps: preview.plan.steps.iter().filter(|step| is_drift(step)).map(sentence).collect(),
            problems: preview.plan.problems.iter().map(ToString::to_string).collect(),
        })),
        Err(PreviewError::NotObserved | PreviewError::VersionNotFound) => Ok(None),
        Err(PreviewError::Definition(error)) => Err(error.into()),
        Err(PreviewError::Store(error)) => Err(error.into()),
    }
}

/// Waiting changes nothing, and asking a registry at every apply is what the definition says, not a difference.
fn is_drift(step: &Step) -> bool {
    let by_policy = matches!(step.action, Action::PullImage { .. }) && step.cause == Cause::PullPolicy;
    !step.action.is_wait() && !by_policy
}

fn sentence(step: &Step) -> String {
    format!("{} ({})", step.action, step.cause)
}
