//! Whether a container has reached the state that a wait is for.

use std::time::Duration;

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::desired::RestartPolicy;
use core_monitor_domain::observation::{ContainerState, Health, ObservedContainer, RunEnding};
use core_monitor_domain::stack::RunId;
use core_monitor_message::Message;

use super::said;

/// Exit code of a program that was ended by `SIGKILL`.
const KILLED: i64 = 137;

/// How many times the engine may have restarted a container that is waited for to become healthy. A program may give up a few times
/// while what it needs comes up; one that ends again and again would be waited for until the time of the command is over.
const RESTARTS: u32 = 5;

/// The state of a wait after one look at the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not yet. The state is shown as progress.
    Pending(&'static str),
    /// The condition is met.
    Met,
    /// The container is in a state that the plan did not expect: plan again.
    Unexpected(&'static str),
    /// The condition can never be met.
    Failed(Box<Failure>),
}

/// Whether its health check passes.
pub(crate) fn healthy(container: &ObservedContainer) -> Verdict {
    let name = &container.name;
    match (container.state, container.health) {
        (ContainerState::Running, Some(Health::Healthy)) => Verdict::Met,
        (ContainerState::Running, Some(Health::Starting)) => Verdict::Pending("starting"),
        (ContainerState::Running, Some(Health::Unhealthy)) => Verdict::Failed(
            Failure::new(FailureCode::ServiceUnhealthy, said::container_unhealthy(name))
                .with_hint(said::check_log_and_healthcheck())
                .into(),
        ),
        (ContainerState::Running, None) => Verdict::Failed(
            Failure::new(FailureCode::ServiceUnhealthy, said::container_without_healthcheck(name))
                .with_hint(said::give_service_a_healthcheck())
                .into(),
        ),
        (ContainerState::Restarting, _) if container.restart_count >= RESTARTS => {
            Verdict::Failed(unsteady(container).into())
        }
        (ContainerState::Restarting, _) => Verdict::Pending("restarting"),
        (ContainerState::Exited { code }, _) => Verdict::Failed(exited(container, code).into()),
        (state, _) => Verdict::Unexpected(word(state)),
    }
}

/// Whether it exited with code 0.
pub(crate) fn completed(container: &ObservedContainer) -> Verdict {
    match container.state {
        ContainerState::Exited { .. } if container.succeeded() => Verdict::Met,
        ContainerState::Exited { code } => Verdict::Failed(exited(container, code).into()),
        ContainerState::Running => Verdict::Pending("running"),
        ContainerState::Restarting => Verdict::Pending("restarting"),
        state => Verdict::Unexpected(word(state)),
    }
}

/// The container when first inspected, for [`stable`] to compare with.
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

/// Whether it has stayed up since the first look, `ago`.
pub(crate) fn stable(
    container: &ObservedContainer,
    first: &FirstLook,
    ago: Duration,
    stable_for: Duration,
    restart: RestartPolicy,
) -> Verdict {
    match container.state {
        ContainerState::Running if *first != FirstLook::at(container) => {
            Verdict::Failed(unsteady(container).into())
        }
        ContainerState::Running if ago >= stable_for => Verdict::Met,
        ContainerState::Running => Verdict::Pending("running"),
        ContainerState::Restarting => Verdict::Failed(unsteady(container).into()),
        ContainerState::Exited { .. }
            if container.has_finished() && restart.stays_stopped_after_success() =>
        {
            Verdict::Met
        }
        // The engine cannot say whether it did its work or was stopped, for instance because the engine was restarted.
        ContainerState::Exited { .. }
            if container.exited_with_success() && container.ending == RunEnding::Unknown =>
        {
            Verdict::Unexpected(word(container.state))
        }
        ContainerState::Exited { code } => Verdict::Failed(exited(container, code).into()),
        state => Verdict::Unexpected(word(state)),
    }
}

fn exited(container: &ObservedContainer, code: i64) -> Failure {
    if container.ending == RunEnding::Stopped {
        let message = said::container_was_stopped(&container.name, code);
        return Failure::new(FailureCode::ServiceExited, message)
            .with_hint(said::find_who_stops_it_then_retry());
    }
    let name = &container.name;
    let message = if container.error.is_empty() {
        said::container_exited(name, code)
    } else {
        said::container_exited_because(name, code, Message::foreign(container.error.as_str()))
    };
    let hint = if code == KILLED { said::check_what_killed_it() } else { said::check_log_then_retry() };
    Failure::new(FailureCode::ServiceExited, message).with_hint(hint)
}

fn unsteady(container: &ObservedContainer) -> Failure {
    let message = said::container_restarted_by_engine(&container.name);
    Failure::new(FailureCode::ServiceExited, message).with_hint(said::check_log_then_retry())
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
