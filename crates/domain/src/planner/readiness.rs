//! When a service counts as ready, and which waits that needs.

use crate::desired::{HealthcheckTest, ServiceSpec};
use crate::observation::{ContainerState, Health, ObservedContainer};
use crate::plan::{Action, Cause};

use super::Facts;
use super::builder::Builder;
use super::gates::{Outcome, Reached};

/// A job that somebody waits for has succeeded; a service with a health check is healthy; another one, if it was started
/// by this command, has stayed up, or has ended well where it may. `restart: "no"` alone does not say that it ends at all,
/// so nobody waits for that.
pub(super) fn await_ready(
    facts: &Facts,
    builder: &mut Builder,
    reached: &Reached<'_>,
    service: &ServiceSpec,
) {
    for outcome in reached.outcomes(&service.name) {
        let Some(pending) = pending(facts, service, outcome) else { continue };
        let container = outcome.container.target();
        let action = match pending {
            Pending::Success => Action::AwaitCompleted { container, required: true },
            Pending::Health => Action::AwaitHealthy { container, required: true },
            Pending::Stability => Action::AwaitStable { container },
        };
        let after = outcome.start.into_iter().collect();
        builder.wait(outcome.whom, action, Cause::Readiness, &after);
    }
}

enum Pending {
    Success,
    Health,
    Stability,
}

fn pending(facts: &Facts, service: &ServiceSpec, outcome: &Outcome<'_>) -> Option<Pending> {
    let settled = outcome.settled();
    if service.is_awaited {
        return (!settled.is_some_and(ObservedContainer::succeeded)).then_some(Pending::Success);
    }
    let rests = service.container.restart.lets_success_rest();
    if settled.is_some_and(|container| rests && container.succeeded()) {
        return None;
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
        // The image may have one; the engine shows it as soon as the container exists.
        Some(HealthcheckTest::Inherit) | None => observed.is_some_and(|container| container.health.is_some()),
    }
}
