//! What must be reached before a service may start.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::said;
use crate::command::FailureCode;
use crate::desired::{Condition, Dependency, HealthcheckTest, ServiceSpec};
use crate::ids::{NetworkId, StepId};
use crate::names::ServiceName;
use crate::observation::{Health, ObservedContainer};
use crate::plan::{Cause, StepAction, Target};

use super::builder::{Builder, Scope, existing};
use super::namespaces::Sharing;
use super::step_set::StepSet;

/// The state that the preceding services reach in the plan.
#[derive(Default)]
pub(super) struct Reached<'a> {
    outcomes: Vec<Outcome<'a>>,
    /// The range of outcomes for each service.
    services: HashMap<&'a ServiceName, (&'a ServiceSpec, Range<usize>)>,
    freed: BTreeMap<NetworkId, StepSet>,
}

/// The final state of a container in the plan.
pub(super) struct Outcome<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) container: Ending<'a>,
    /// The step that starts it; `None` if it is left unchanged.
    pub(super) start: Option<StepId>,
    /// The steps after which its artifacts are active.
    pub(super) fitted: StepSet,
}

/// Which container there is at the end of the plan.
pub(super) enum Ending<'a> {
    /// The existing one.
    Kept(&'a ObservedContainer),
    /// The existing one with another name.
    Renamed(&'a ObservedContainer, String),
    /// A new one.
    Made(Target),
}

impl<'a> Ending<'a> {
    /// Its current state; `None` if it has yet to be created.
    pub(super) fn observed(&self) -> Option<&'a ObservedContainer> {
        match self {
            Self::Kept(container) | Self::Renamed(container, _) => Some(container),
            Self::Made(_) => None,
        }
    }

    /// The target for a step that acts on it.
    pub(super) fn target(&self) -> Target {
        match self {
            Self::Kept(container) => existing(container),
            Self::Renamed(container, name) => existing(container).called(name),
            Self::Made(target) => target.clone(),
        }
    }
}

impl<'a> Outcome<'a> {
    /// The observed container, if no step changes it and its state can be used directly.
    pub(super) fn settled(&self) -> Option<&'a ObservedContainer> {
        self.container.observed().filter(|_| self.start.is_none())
    }
}

impl<'a> Reached<'a> {
    /// Adds a container. Containers of one service must be added consecutively.
    pub(super) fn add(&mut self, service: &'a ServiceSpec, outcome: Outcome<'a>) {
        let place = self.outcomes.len();
        self.outcomes.push(outcome);
        let (_, places) = self.services.entry(&service.name).or_insert((service, place..place));
        places.end = place + 1;
    }

    /// The containers of a service.
    pub(super) fn outcomes(&self, service: &ServiceName) -> &[Outcome<'a>] {
        self.of(service).map_or(&[], |(_, outcomes)| outcomes)
    }

    fn of(&self, service: &ServiceName) -> Option<(&'a ServiceSpec, &[Outcome<'a>])> {
        let (spec, places) = self.services.get(service)?;
        Some((spec, self.outcomes.get(places.clone())?))
    }

    /// Records that a step detaches a container from a network.
    pub(super) fn free(&mut self, network: NetworkId, step: StepId) {
        self.freed.entry(network).or_default().insert(step);
    }

    pub(super) fn into_freed(self) -> BTreeMap<NetworkId, StepSet> {
        self.freed
    }

    /// The steps after which the dependencies of `service` are met. Adds the necessary waits.
    pub(super) fn gates(&self, builder: &mut Builder, service: &ServiceSpec) -> StepSet {
        let mut gates = StepSet::default();
        for dependency in &service.depends_on {
            let Some((other, outcomes)) = self.of(&dependency.service) else { continue };
            for outcome in outcomes {
                gates.extend(gate(builder, service, dependency, other, outcome));
            }
        }
        gates
    }

    /// The starts of the containers among `parents` that the service refers to by name, without depending on them: it cannot
    /// join the namespaces of one that does not run.
    pub(super) fn parents_started(
        &self,
        service: &ServiceSpec,
        parents: &[(&ServiceName, Sharing)],
    ) -> impl Iterator<Item = StepId> {
        let declared = move |parent: &ServiceName| service.depends_on.iter().any(|d| d.service == *parent);
        let referred = parents.iter().filter(move |(parent, _)| !declared(parent));
        referred.filter_map(move |(parent, _)| self.outcomes(parent).first()?.start)
    }

    /// Whether a dependency with `restart: true` was replaced since `container` started, or is being replaced.
    pub(super) fn replaced_dependency(
        &self,
        service: &'a ServiceSpec,
        container: &ObservedContainer,
    ) -> Option<&'a ServiceName> {
        let replaced = |dependency: &&Dependency| {
            let outcomes = self.outcomes(&dependency.service);
            // Only the oldest counts: an additional replica is not a replacement.
            let oldest = outcomes.iter().filter_map(|o| o.container.observed()).map(|c| c.created_at).min();
            oldest.map_or(!outcomes.is_empty(), |made| made > container.started_at)
        };
        service.depends_on.iter().filter(|d| d.restart).find(replaced).map(|d| &d.service)
    }
}

fn gate(
    builder: &mut Builder,
    service: &ServiceSpec,
    dependency: &Dependency,
    other: &ServiceSpec,
    outcome: &Outcome<'_>,
) -> Option<StepId> {
    let required = dependency.required;
    let action = match dependency.condition {
        Condition::Started => return outcome.start,
        Condition::Healthy => {
            if outcome.settled().is_some_and(|container| container.health == Some(Health::Healthy)) {
                return None;
            }
            if !can_be_healthy(other, outcome) {
                let message = said::awaited_without_healthcheck(&service.name, &other.name);
                let hint = said::give_awaited_a_healthcheck(&other.name);
                builder.blocker(FailureCode::DependencyFailed, service.name.as_str(), message, Some(hint));
                return None;
            }
            StepAction::AwaitHealthy { container: outcome.container.target(), required }
        }
        Condition::Completed => {
            if outcome.settled().is_some_and(ObservedContainer::succeeded) {
                return None;
            }
            StepAction::AwaitCompleted { container: outcome.container.target(), required }
        }
    };
    let cause = Cause::DependencyCondition { service: service.name.clone() };
    let after = outcome.start.into_iter().collect();
    Some(builder.wait(outcome.scope, action, cause, &after))
}

/// `false` only if it is certain: the image of a container that has yet to be created may define a health check.
fn can_be_healthy(service: &ServiceSpec, outcome: &Outcome<'_>) -> bool {
    match service.container.healthcheck.as_ref().map(|check| &check.test) {
        Some(HealthcheckTest::Disabled) => false,
        Some(HealthcheckTest::Exec(_) | HealthcheckTest::Shell(_)) => true,
        Some(HealthcheckTest::Inherit) | None => {
            outcome.container.observed().is_none_or(|container| container.health.is_some())
        }
    }
}
