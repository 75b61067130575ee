//! START, STOP and RESTART: nothing is made, nothing is removed.

use std::collections::{BTreeSet, HashMap};

use crate::command::FailureCode;
use crate::desired::{DesiredStack, ServiceSpec};
use crate::ids::{Slot, StepId};
use crate::names::ServiceName;
use crate::observation::{ContainerState, ObservedContainer};
use crate::plan::{Action, Cause, Plan};

use super::builder::{Builder, For, existing};
use super::gates::{Ending, Outcome, Reached};
use super::index::Index;
use super::step_set::StepSet;
use super::{PlanningInput, order, readiness, start};

/// Whether running containers are restarted too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Power {
    Start,
    Restart,
}

/// Starts what is stopped, dependencies first; for a restart, ends the runs that were there at the beginning.
pub(super) fn up(
    input: &PlanningInput<'_>,
    desired: &DesiredStack,
    only: Option<&ServiceName>,
    power: Power,
) -> Plan {
    let index = Index::new(input);
    let mut builder = Builder::with_hooks_of([desired]);
    let mut reached = Reached::default();
    let services = order::dependencies_first(desired);
    for service in &services {
        let chosen = only.is_none_or(|name| *name == service.name);
        let containers: Vec<_> =
            (1..=service.replicas).flat_map(|slot| index.slot(&service.name, Slot(slot))).collect();
        let acts = |c: &ObservedContainer| chosen && action(input, service, c, power).is_some();
        let gates = if containers.iter().any(|c| acts(c)) {
            reached.gates(&mut builder, service)
        } else {
            StepSet::default()
        };
        if chosen && containers.is_empty() && service.replicas > 0 {
            builder.note(format!("service `{}` has no container; apply a version to make it", service.name));
        }
        for container in containers {
            let whom = For { service: Some(&service.name), slot: container.slot() };
            let start =
                chosen.then(|| turn(input, &mut builder, service, container, power, whom, &gates)).flatten();
            reached.add(service, Outcome { whom, container: Ending::Kept(container), start });
        }
    }
    for service in services.iter().filter(|s| !s.is_job && only.is_none_or(|name| *name == s.name)) {
        readiness::await_ready(input.facts, &mut builder, &reached, service);
    }
    builder.finish()
}

fn turn(
    input: &PlanningInput<'_>,
    builder: &mut Builder,
    service: &ServiceSpec,
    container: &ObservedContainer,
    power: Power,
    whom: For<'_>,
    gates: &StepSet,
) -> Option<StepId> {
    let Some(action) = action(input, service, container, power) else {
        return start::finish(builder, input.facts, whom, service, container, gates);
    };
    if let (Action::StartContainer { .. }, ContainerState::Exited { code }) = (&action, container.state)
        && input.facts.started.contains(&container.id)
    {
        let message = format!("`{}` was started and ended with exit code {code}", container.name);
        builder.problem(
            FailureCode::ServiceExited,
            &container.name,
            message,
            Some("read its last lines".to_owned()),
        );
        return None;
    }
    Some(match action {
        Action::StartContainer { container: target } => {
            start::start(builder, whom, service, &target, &Cause::Requested, gates)
        }
        Action::RestartContainer { .. } => {
            start::restart(builder, whom, service, container, &Cause::Requested, gates)
        }
        other => builder.step(whom, other, Cause::Requested, gates),
    })
}

fn action(
    input: &PlanningInput<'_>,
    service: &ServiceSpec,
    container: &ObservedContainer,
    power: Power,
) -> Option<Action> {
    let target = existing(container);
    match container.state {
        ContainerState::Running | ContainerState::Restarting => {
            let old_run = container.run().is_some_and(|run| input.facts.restarting.contains(&run));
            (power == Power::Restart && old_run)
                .then_some(Action::RestartContainer { container: target, grace_ms: None })
        }
        ContainerState::Paused => Some(Action::UnpauseContainer { container: target }),
        ContainerState::Exited { code: 0 } if service.is_job => None,
        // Started by this command, ended well, and nothing asks for it to go on.
        ContainerState::Exited { code: 0 }
            if service.container.restart.lets_success_rest()
                && input.facts.started.contains(&container.id) =>
        {
            None
        }
        ContainerState::Exited { .. } | ContainerState::Created => {
            Some(Action::StartContainer { container: target })
        }
        ContainerState::Removing | ContainerState::Dead => None,
    }
}

/// Stops what runs, dependants first.
pub(super) fn down(input: &PlanningInput<'_>, desired: &DesiredStack, only: Option<&ServiceName>) -> Plan {
    let index = Index::new(input);
    let mut builder = Builder::with_hooks_of([desired]);
    stop_all(&index, &mut builder, desired, only, &Cause::Requested);
    builder.finish()
}

/// Stops containers, each after those that depend on it.
pub(super) fn stop_all<'a>(
    index: &Index<'a>,
    builder: &mut Builder,
    desired: &'a DesiredStack,
    only: Option<&ServiceName>,
    cause: &Cause,
) {
    let mut stop = |name: Option<&str>, after: &StepSet| {
        let mut made = StepSet::default();
        for container in index.of_service(name) {
            let service = container.service();
            let whom = For { service: service.as_ref(), slot: container.slot() };
            made.extend(builder.stop(whom, container, None, cause.clone(), after));
        }
        made
    };
    let mut dependants: HashMap<&ServiceName, StepSet> = HashMap::new();
    for service in order::dependencies_first(desired).into_iter().rev() {
        if only.is_some_and(|name| *name != service.name) {
            continue;
        }
        let after = dependants.remove(&service.name).unwrap_or_default();
        let made = stop(Some(service.name.as_str()), &after);
        // A dependant that does not run hands on what it had to wait for itself.
        let passed_on = if made.is_empty() { &after } else { &made };
        for dependency in &service.depends_on {
            dependants.entry(&dependency.service).or_default().extend(passed_on);
        }
    }
    if only.is_none() {
        let known: BTreeSet<&str> = desired.services.iter().map(|service| service.name.as_str()).collect();
        let services: BTreeSet<Option<&str>> = index.services.keys().copied().collect();
        for name in services.into_iter().filter(|service| service.is_none_or(|name| !known.contains(name))) {
            stop(name, &StepSet::default());
        }
    }
}
