//! When a service counts as ready, and which waits are needed for that.

use crate::desired::{HealthcheckTest, ServiceSpec};
use crate::observation::{ContainerState, Health, ObservedContainer};
use crate::plan::{Cause, StepAction};

use super::Facts;
use super::builder::Builder;
use super::gates::{Outcome, Reached};
use super::said;

/// A job that another service waits for has succeeded; a service with a health check is healthy; any other one, if this
/// command started it, has stayed up or, where allowed, exited successfully. `restart: "no"` alone does not imply that
/// it exits at all, so nothing waits for that.
pub(super) fn await_ready(
    facts: &Facts,
    builder: &mut Builder,
    reached: &Reached<'_>,
    service: &ServiceSpec,
) {
    for outcome in reached.outcomes(&service.name) {
        let Some(pending) = pending(facts, builder, service, outcome) else { continue };
        let container = outcome.container.target();
        let action = match pending {
            Pending::Success => StepAction::AwaitCompleted { container, required: true },
            Pending::Health => StepAction::AwaitHealthy { container, required: true },
            Pending::Stability => StepAction::AwaitStable { container },
        };
        let after = outcome.start.into_iter().collect();
        builder.wait(outcome.scope, action, Cause::Readiness, &after);
    }
}

enum Pending {
    Success,
    Health,
    Stability,
}

fn pending(
    facts: &Facts,
    builder: &mut Builder,
    service: &ServiceSpec,
    outcome: &Outcome<'_>,
) -> Option<Pending> {
    let settled = outcome.settled();
    if settled.is_some_and(|container| facts.is_done(service, container)) {
        return None;
    }
    if let Some(container) = settled.filter(|container| facts.is_over(service, container)) {
        builder.note(said::ended_unexplained(&container.name));
        return None;
    }
    if service.is_awaited {
        return Some(Pending::Success);
    }
    if has_health_check(service, outcome.container.observed()) {
        let healthy = settled.is_some_and(|container| container.health == Some(Health::Healthy));
        return (!healthy).then_some(Pending::Health);
    }
    let watched = |container: &ObservedContainer| {
        let ours = facts.started.contains(&container.id);
        container.state == ContainerState::Running
            && (!ours || container.run().is_some_and(|run| facts.settled.contains(&run)))
    };
    (!settled.is_some_and(watched)).then_some(Pending::Stability)
}

fn has_health_check(service: &ServiceSpec, observed: Option<&ObservedContainer>) -> bool {
    match service.container.healthcheck.as_ref().map(|check| &check.test) {
        Some(HealthcheckTest::Exec(_) | HealthcheckTest::Shell(_)) => true,
        Some(HealthcheckTest::Disabled) => false,
        // The image may have a health check; the engine shows it as soon as the container exists.
        Some(HealthcheckTest::Inherit) | None => observed.is_some_and(|container| container.health.is_some()),
    }
}
