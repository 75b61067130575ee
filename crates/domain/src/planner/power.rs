//! START, STOP and RESTART, WAKE and SLEEP: nothing is created or removed.

use std::collections::{BTreeSet, HashMap};

use super::said;
use crate::command::FailureCode;
use crate::desired::{DesiredStack, ServiceSpec};
use crate::ids::{Slot, StepId};
use crate::names::ServiceName;
use crate::observation::{ContainerState, ObservedContainer};
use crate::plan::{Cause, Plan, StepAction};

use super::builder::{Builder, Scope, existing};
use super::gates::{Ending, Outcome, Reached};
use super::index::Index;
use super::namespaces::{self, Kin, Sharing};
use super::step_set::StepSet;
use super::{Chosen, PlanningInput, order, readiness, start};

/// Whether running containers are restarted too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Power {
    Start,
    Restart,
}

/// Starts what is stopped, dependencies first; for a restart, ends the runs that existed at the beginning.
pub(super) fn up<'a>(
    input: &PlanningInput<'a>,
    index: &Index<'a>,
    desired: &DesiredStack,
    chosen: &Chosen,
    power: Power,
) -> Plan {
    let mut builder = Builder::with_hooks_of([desired]);
    let mut reached = Reached::default();
    let services = order::dependencies_first(desired);
    let kin = Kin::of(desired);
    let part = Part::of(&kin, &services, chosen, power);
    let named = matches!(chosen, Chosen::Named(_));
    for service in &services {
        let is_chosen = chosen.contains(&service.name);
        let cause = part.cause(service);
        let containers: Vec<_> =
            (1..=service.replicas).flat_map(|slot| index.slot(&service.name, Slot(slot))).collect();
        let named = named && is_chosen;
        let acts = |c: &ObservedContainer| match &cause {
            Some(_) => {
                (is_chosen || c.state.is_up()) && action(input, index, service, c, power, named).is_some()
            }
            None => false,
        };
        let mut gates = StepSet::default();
        if containers.iter().any(|c| acts(c)) {
            gates = reached.gates(&mut builder, service);
            gates.extend(reached.parents_started(service, &kin.parents(service)));
        }
        if is_chosen && containers.is_empty() && service.replicas > 0 {
            builder.note(said::service_has_no_container(&service.name));
        }
        for container in containers {
            let scope = Scope { service: Some(&service.name), slot: container.slot() };
            let start = match &cause {
                Some(cause) if is_chosen || acts(container) => {
                    let turn = Turn { input, index, service, power, named, cause, gates: &gates };
                    turn.take(&mut builder, container, scope)
                }
                _ => None,
            };
            let fitted = start.into_iter().collect();
            reached.add(service, Outcome { scope, container: Ending::Kept(container), start, fitted });
        }
    }
    // Who wakes services finds out by itself when they can be used, and may want others meanwhile.
    let awaited = |s: &&&ServiceSpec| !s.is_job && part.cause(s).is_some();
    for service in services.iter().filter(|_| !matches!(chosen, Chosen::Together(_))).filter(awaited) {
        readiness::await_ready(input.facts, &mut builder, &reached, service);
    }
    builder.finish()
}

/// The services that take part: the chosen ones and those that have to follow.
struct Part<'a> {
    chosen: &'a Chosen,
    /// Why a service follows.
    follows: HashMap<&'a ServiceName, Cause>,
}

impl<'a> Part<'a> {
    /// A service follows the one whose namespaces it shares, and for a restart also the one that it depends on with
    /// `restart: true`. `services` are sorted, dependencies first.
    fn of(kin: &Kin<'a>, services: &[&'a ServiceSpec], chosen: &'a Chosen, power: Power) -> Self {
        let mut follows: HashMap<&ServiceName, Cause> = HashMap::new();
        if chosen.is_all() {
            return Self { chosen, follows };
        }
        for service in services.iter().filter(|service| !chosen.contains(&service.name)) {
            let parents = kin.parents(service);
            let shared =
                parents.iter().filter(|(_, sharing)| *sharing != Sharing::Volumes).map(|(name, _)| *name);
            let restarting = service.depends_on.iter().filter(|d| d.restart && power == Power::Restart);
            let mut leaders = shared.chain(restarting.map(|dependency| &dependency.service));
            let leader = leaders.find(|leader| chosen.contains(leader) || follows.contains_key(leader));
            if let Some(leader) = leader {
                follows.insert(&service.name, Cause::DependencyRestarted { service: leader.clone() });
            }
        }
        Self { chosen, follows }
    }

    /// Why something may happen to a service; `None` if it takes no part.
    fn cause(&self, service: &ServiceSpec) -> Option<Cause> {
        if self.chosen.contains(&service.name) {
            return Some(Cause::Requested);
        }
        self.follows.get(&service.name).cloned()
    }
}

/// One service that takes part.
struct Turn<'t, 'a> {
    input: &'t PlanningInput<'a>,
    index: &'t Index<'a>,
    service: &'t ServiceSpec,
    power: Power,
    /// The request names the service.
    named: bool,
    cause: &'t Cause,
    gates: &'t StepSet,
}

impl Turn<'_, '_> {
    /// What happens to one of its containers. Returns the last step of its start.
    fn take(&self, builder: &mut Builder, container: &ObservedContainer, scope: Scope<'_>) -> Option<StepId> {
        let (service, gates) = (self.service, self.gates);
        let Some(action) = action(self.input, self.index, service, container, self.power, self.named) else {
            return start::finish(builder, self.input.facts, scope, service, container, gates);
        };
        if let (StepAction::StartContainer { .. }, Some(code)) =
            (&action, self.input.facts.ended_after_start(container))
        {
            let message = said::started_and_ended(&container.name, code);
            builder.blocker(
                FailureCode::ServiceExited,
                &container.name,
                message,
                Some(said::check_its_log()),
            );
            return None;
        }
        Some(match action {
            StepAction::StartContainer { container: target } => {
                start::start(builder, scope, service, &target, Some(container), self.cause, gates)
            }
            StepAction::RestartContainer { .. } => {
                start::restart(builder, scope, service, container, self.cause, gates)
            }
            other => builder.step(scope, other, self.cause.clone(), gates),
        })
    }
}

fn action(
    input: &PlanningInput<'_>,
    index: &Index<'_>,
    service: &ServiceSpec,
    container: &ObservedContainer,
    power: Power,
    named: bool,
) -> Option<StepAction> {
    let target = existing(container);
    let facts = input.facts;
    match container.state {
        ContainerState::Running | ContainerState::Restarting => {
            let old_run = container.run().is_some_and(|run| input.facts.restarting.contains(&run));
            let cut_off = || namespaces::restarted_parent(index, container).is_some();
            ((power == Power::Restart && old_run) || cut_off())
                .then_some(StepAction::RestartContainer { container: target, grace_ms: None })
        }
        ContainerState::Paused => Some(StepAction::UnpauseContainer { container: target }),
        // What is done is not run again unless it is asked for by name, and then once.
        ContainerState::Exited { .. }
            if facts.is_done(service, container) && (!named || facts.started.contains(&container.id)) =>
        {
            None
        }
        ContainerState::Exited { .. } if facts.is_over(service, container) => None,
        ContainerState::Exited { .. } | ContainerState::Created => {
            Some(StepAction::StartContainer { container: target })
        }
        ContainerState::Removing | ContainerState::Dead => None,
    }
}

/// Stops what is running, dependants first.
pub(super) fn down(index: &Index<'_>, desired: &DesiredStack, chosen: &Chosen) -> Plan {
    let mut builder = Builder::with_hooks_of([desired]);
    stop_all(index, &mut builder, desired, chosen, &Cause::Requested);
    builder.finish()
}

/// Pauses what is running, dependants first. A container that the engine is about to restart cannot be paused, so it is
/// stopped.
pub(super) fn pause(index: &Index<'_>, desired: &DesiredStack, chosen: &Chosen) -> Plan {
    let mut builder = Builder::with_hooks_of([desired]);
    dependants_first(index, desired, chosen, |scope, container, after| match container.state {
        ContainerState::Running => {
            let pause = StepAction::PauseContainer { container: existing(container) };
            Some(builder.step(scope, pause, Cause::Requested, after))
        }
        ContainerState::Restarting => builder.stop(scope, container, None, Cause::Requested, after),
        _ => None,
    });
    builder.finish()
}

/// Stops containers, each after its dependants.
pub(super) fn stop_all<'a>(
    index: &Index<'a>,
    builder: &mut Builder,
    desired: &'a DesiredStack,
    chosen: &Chosen,
    cause: &Cause,
) {
    dependants_first(index, desired, chosen, |scope, container, after| {
        builder.stop(scope, container, None, cause.clone(), after)
    });
}

/// Creates a step for each container, after the steps of its dependants.
fn dependants_first<'a>(
    index: &Index<'a>,
    desired: &'a DesiredStack,
    chosen: &Chosen,
    mut step: impl FnMut(Scope<'_>, &ObservedContainer, &StepSet) -> Option<StepId>,
) {
    let mut steps = |name: Option<&str>, after: &StepSet| {
        let mut made = StepSet::default();
        for container in index.of_service(name) {
            let service = container.service();
            let scope = Scope { service: service.as_ref(), slot: container.slot() };
            made.extend(step(scope, container, after));
        }
        made
    };
    let mut dependants: HashMap<&ServiceName, StepSet> = HashMap::new();
    for service in order::dependencies_first(desired).into_iter().rev() {
        if !chosen.contains(&service.name) {
            continue;
        }
        let after = dependants.remove(&service.name).unwrap_or_default();
        let made = steps(Some(service.name.as_str()), &after);
        // A dependant that is not running passes on its own predecessors.
        let passed_on = if made.is_empty() { &after } else { &made };
        for dependency in &service.depends_on {
            dependants.entry(&dependency.service).or_default().extend(passed_on);
        }
    }
    if chosen.is_all() {
        let known: BTreeSet<&str> = desired.services.iter().map(|service| service.name.as_str()).collect();
        let services: BTreeSet<Option<&str>> = index.services.keys().copied().collect();
        for name in services.into_iter().filter(|service| service.is_none_or(|name| !known.contains(name))) {
            steps(name, &StepSet::default());
        }
    }
}
