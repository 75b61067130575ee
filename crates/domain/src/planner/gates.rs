//! What has to be reached before a service may start.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::FailureCode;
use crate::desired::{Condition, Dependency, HealthcheckTest, ServiceSpec};
use crate::ids::{NetworkId, StepId};
use crate::names::ServiceName;
use crate::observation::{Health, ObservedContainer};
use crate::plan::{Action, Cause, Target};

use super::builder::{Builder, For};

/// How far the services before this one get in the plan.
#[derive(Default)]
pub(super) struct Reached<'a> {
    services: BTreeMap<&'a ServiceName, (&'a ServiceSpec, Vec<Outcome<'a>>)>,
    freed: BTreeMap<NetworkId, BTreeSet<StepId>>,
}

/// One container at the end of the plan.
pub(super) struct Outcome<'a> {
    pub(super) whom: For<'a>,
    pub(super) target: Target,
    /// As it is now; `None` while it has to be made.
    pub(super) observed: Option<&'a ObservedContainer>,
    /// The step that starts it; `None` when it is left as it is.
    pub(super) start: Option<StepId>,
}

impl<'a> Reached<'a> {
    pub(super) fn add(&mut self, service: &'a ServiceSpec, outcomes: Vec<Outcome<'a>>) {
        self.services.insert(&service.name, (service, outcomes));
    }

    /// The containers of a service.
    pub(super) fn outcomes(&self, service: &ServiceName) -> &[Outcome<'a>] {
        self.services.get(service).map_or(&[], |(_, outcomes)| outcomes)
    }

    /// Remembers that a step takes a container off a network.
    pub(super) fn free(&mut self, network: NetworkId, step: StepId) {
        self.freed.entry(network).or_default().insert(step);
    }

    pub(super) fn into_freed(self) -> BTreeMap<NetworkId, BTreeSet<StepId>> {
        self.freed
    }

    /// The steps after which the dependencies of `service` are as it asks. Adds the waits that are needed.
    pub(super) fn gates(&self, builder: &mut Builder, service: &ServiceSpec) -> BTreeSet<StepId> {
        let mut gates = BTreeSet::new();
        for dependency in &service.depends_on {
            let Some((other, outcomes)) = self.services.get(&dependency.service) else { continue };
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
            let oldest = outcomes.iter().filter_map(|outcome| outcome.observed).map(|c| c.created_at).min();
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
    let cause = Cause::DependencyCondition { service: service.name.clone() };
    let after: BTreeSet<StepId> = outcome.start.into_iter().collect();
    let container = outcome.target.clone();
    let required = dependency.required;
    match dependency.condition {
        Condition::Started => outcome.start,
        Condition::Healthy => {
            if outcome.start.is_none() && outcome.observed.is_some_and(|c| c.health == Some(Health::Healthy))
            {
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
            Some(builder.wait(outcome.whom, Action::AwaitHealthy { container, required }, cause, &after))
        }
        Condition::Completed => {
            if outcome.start.is_none() && outcome.observed.is_some_and(ObservedContainer::succeeded) {
                return None;
            }
            Some(builder.wait(outcome.whom, Action::AwaitCompleted { container, required }, cause, &after))
        }
    }
}

/// `false` only when it is certain: the image of a container that is still to be made may bring a check of its own.
fn can_be_healthy(service: &ServiceSpec, outcome: &Outcome<'_>) -> bool {
    match service.container.healthcheck.as_ref().map(|check| &check.test) {
        Some(HealthcheckTest::Disabled) => false,
        Some(HealthcheckTest::Exec(_) | HealthcheckTest::Shell(_)) => true,
        Some(HealthcheckTest::Inherit) | None => {
            outcome.observed.is_none_or(|container| container.health.is_some())
        }
    }
}
