//! What has to be reached before a service may start.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::command::FailureCode;
use crate::desired::{Condition, Dependency, HealthcheckTest, ServiceSpec};
use crate::ids::{NetworkId, StepId};
use crate::names::ServiceName;
use crate::observation::{Health, ObservedContainer};
use crate::plan::{Action, Cause, Target};

use super::builder::{Builder, For, existing};
use super::step_set::StepSet;

/// How far the services before this one get in the plan.
#[derive(Default)]
pub(super) struct Reached<'a> {
    outcomes: Vec<Outcome<'a>>,
    /// Which of the outcomes are those of a service.
    services: HashMap<&'a ServiceName, (&'a ServiceSpec, Range<usize>)>,
    freed: BTreeMap<NetworkId, StepSet>,
}

/// One container at the end of the plan.
pub(super) struct Outcome<'a> {
    pub(super) whom: For<'a>,
    pub(super) container: Ending<'a>,
    /// The step that starts it; `None` when it is left as it is.
    pub(super) start: Option<StepId>,
}

/// What a container is at the end of the plan.
pub(super) enum Ending<'a> {
    /// The one that is there now.
    Kept(&'a ObservedContainer),
    /// The same, under another name.
    Renamed(&'a ObservedContainer, String),
    /// One that has to be made.
    Made(Target),
}

impl<'a> Ending<'a> {
    /// As it is now; `None` while it has to be made.
    pub(super) fn observed(&self) -> Option<&'a ObservedContainer> {
        match self {
            Self::Kept(container) | Self::Renamed(container, _) => Some(container),
            Self::Made(_) => None,
        }
    }

    /// What a step says that acts on it.
    pub(super) fn target(&self) -> Target {
        match self {
            Self::Kept(container) => existing(container),
            Self::Renamed(container, name) => existing(container).called(name),
            Self::Made(target) => target.clone(),
        }
    }
}

impl<'a> Outcome<'a> {
    /// What can be judged by what is seen, because it is left as it is.
    pub(super) fn settled(&self) -> Option<&'a ObservedContainer> {
        self.container.observed().filter(|_| self.start.is_none())
    }
}

impl<'a> Reached<'a> {
    /// One container more. Those of one service follow each other.
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

    /// Remembers that a step takes a container off a network.
    pub(super) fn free(&mut self, network: NetworkId, step: StepId) {
        self.freed.entry(network).or_default().insert(step);
    }

    pub(super) fn into_freed(self) -> BTreeMap<NetworkId, StepSet> {
        self.freed
    }

    /// The steps after which the dependencies of `service` are as it asks. Adds the waits that are needed.
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

    /// Whether a dependency with `restart: true` was replaced since `container` started, or is being replaced.
    pub(super) fn replaced_dependency(
        &self,
        service: &'a ServiceSpec,
        container: &ObservedContainer,
    ) -> Option<&'a ServiceName> {
        let replaced = |dependency: &&Dependency| {
            let outcomes = self.outcomes(&dependency.service);
            // The oldest decides: a further replica is not a replacement.
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
                let message = format!(
                    "service `{}` waits for `{}` to be healthy, which has no health check",
                    service.name, other.name
                );
                let hint = format!("give `{}` a `healthcheck`, or wait for `service_started`", other.name);
                builder.problem(FailureCode::DependencyFailed, service.name.as_str(), message, Some(hint));
                return None;
            }
            Action::AwaitHealthy { container: outcome.container.target(), required }
        }
        Condition::Completed => {
            if outcome.settled().is_some_and(ObservedContainer::succeeded) {
                return None;
            }
            Action::AwaitCompleted { container: outcome.container.target(), required }
        }
    };
    let cause = Cause::DependencyCondition { service: service.name.clone() };
    let after = outcome.start.into_iter().collect();
    Some(builder.wait(outcome.whom, action, cause, &after))
}

/// `false` only when it is certain: the image of a container that is still to be made may bring a check of its own.
fn can_be_healthy(service: &ServiceSpec, outcome: &Outcome<'_>) -> bool {
    match service.container.healthcheck.as_ref().map(|check| &check.test) {
        Some(HealthcheckTest::Disabled) => false,
        Some(HealthcheckTest::Exec(_) | HealthcheckTest::Shell(_)) => true,
        Some(HealthcheckTest::Inherit) | None => {
            outcome.container.observed().is_none_or(|container| container.health.is_some())
        }
    }
}
