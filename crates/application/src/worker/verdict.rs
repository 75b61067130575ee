//! Whether a container has become what a wait asks for.

use std::time::Duration;

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::desired::RestartPolicy;
use core_monitor_domain::observation::{ContainerState, Health, ObservedContainer};
use core_monitor_domain::stack::RunId;

/// The state of a wait after one look at the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not yet. The word is shown to people who watch.
    Pending(&'static str),
    /// It has.
    Met,
    /// It is in a state that the plan did not expect: plan again.
    Unexpected(&'static str),
    /// It never will.
    Failed(Failure),
}

/// Its health check passes.
pub(crate) fn healthy(container: &ObservedContainer) -> Verdict {
    let name = &container.name;
    match (container.state, container.health) {
        (ContainerState::Running, Some(Health::Healthy)) => Verdict::Met,
        (ContainerState::Running, Some(Health::Starting)) => Verdict::Pending("starting"),
        (ContainerState::Running, Some(Health::Unhealthy)) => Verdict::Failed(
            Failure::new(FailureCode::ServiceUnhealthy, format!("`{name}` is unhealthy")).with_hint(
                "read the lines it wrote and what its health check says, then change it and apply again",
            ),
        ),
        (ContainerState::Running, None) => Verdict::Failed(
            Failure::new(FailureCode::ServiceUnhealthy, format!("`{name}` has no health check to wait for"))
                .with_hint("give the service a `healthcheck`, or wait for `service_started`"),
        ),
        (ContainerState::Restarting, _) => Verdict::Pending("restarting"),
        (ContainerState::Exited { code }, _) => Verdict::Failed(exited(container, code)),
        (state, _) => Verdict::Unexpected(word(state)),
    }
}

/// It ended with exit code 0.
pub(crate) fn completed(container: &ObservedContainer) -> Verdict {
    match container.state {
        ContainerState::Exited { .. } if container.succeeded() => Verdict::Met,
        ContainerState::Exited { code } => Verdict::Failed(exited(container, code)),
        ContainerState::Running => Verdict::Pending("running"),
        ContainerState::Restarting => Verdict::Pending("restarting"),
        state => Verdict::Unexpected(word(state)),
    }
}

/// What [`stable`] compares with: the container at the first look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FirstLook {
    pub(crate) run: Option<RunId>,
    pub(crate) restart_count: u32,
}

impl FirstLook {
    pub(crate) fn at(container: &ObservedContainer) -> Self {
        Self { run: container.run(), restart_count: container.restart_count }
    }
}

/// It has stayed up since the first look, which was `ago`.
pub(crate) fn stable(
    container: &ObservedContainer,
    first: &FirstLook,
    ago: Duration,
    stable_for: Duration,
    restart: RestartPolicy,
) -> Verdict {
    match container.state {
        ContainerState::Running if *first != FirstLook::at(container) => Verdict::Failed(unsteady(container)),
        ContainerState::Running if ago >= stable_for => Verdict::Met,
        ContainerState::Running => Verdict::Pending("running"),
        ContainerState::Restarting => Verdict::Failed(unsteady(container)),
        ContainerState::Exited { .. } if container.succeeded() && restart.lets_success_rest() => Verdict::Met,
        ContainerState::Exited { code } => Verdict::Failed(exited(container, code)),
        state => Verdict::Unexpected(word(state)),
    }
}

fn exited(container: &ObservedContainer, code: i64) -> Failure {
    let mut message = format!("`{}` ended with exit code {code}", container.name);
    if !container.error.is_empty() {
        message = format!("{message}: {}", container.error);
    }
    Failure::new(FailureCode::ServiceExited, message)
        .with_hint("read the last lines it wrote, mend the cause, then retry or apply a new version")
}

fn unsteady(container: &ObservedContainer) -> Failure {
    let message = format!("`{}` does not stay up, the engine had to start it again", container.name);
    Failure::new(FailureCode::ServiceExited, message)
        .with_hint("read the last lines it wrote, mend the cause, then retry or apply a new version")
}

fn word(state: ContainerState) -> &'static str {
    match state {
        ContainerState::Created => "created",
        ContainerState::Running => "running",
        ContainerState::Paused => "paused",
        ContainerState::Restarting => "restarting",
        ContainerState::Exited { .. } => "exited",
        ContainerState::Removing => "removing",
        ContainerState::Dead => "dead",
    }
}

#[cfg(test)]
mod tests;
