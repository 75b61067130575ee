//! How long a service does not serve while a plan is carried out.

use std::collections::{BTreeMap, HashSet};

use super::impact::ENGINE_STOP_GRACE_MS;
use super::service_impact::{ReplaceOrder, ServiceChange, ServicePart};
use super::{Plan, Step, StepAction};
use crate::desired::{HealthcheckTest, ServiceSpec};
use crate::ids::{Slot, StepId};

/// The engine's default times between health checks: while a container starts, and afterwards.
const ENGINE_START_INTERVAL_MS: u64 = 5_000;
const ENGINE_INTERVAL_MS: u64 = 30_000;

/// Reads interruptions off the order of the steps.
pub(super) struct Gaps<'a> {
    plan: &'a Plan,
    /// Steps that may take any time: waits for containers, and what comes from elsewhere.
    slow: Vec<&'a Step>,
}

/// The end of a run and the begin of the next one in the same place.
#[derive(Clone, Copy, Default)]
struct Turn<'a> {
    stop: Option<(&'a Step, u64)>,
    start: Option<&'a Step>,
}

impl<'a> Gaps<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let slow = plan.steps.iter().filter(|step| {
            matches!(
                step.action,
                StepAction::AwaitHealthy { .. }
                    | StepAction::AwaitCompleted { .. }
                    | StepAction::VerifyArtifact { .. }
                    | StepAction::PullImage { .. }
                    | StepAction::BuildImage(_)
            )
        });
        Self { plan, slow: slow.collect() }
    }

    /// What comes first where a running container is replaced.
    pub(super) fn order(&self, part: &ServicePart<'_>, change: ServiceChange) -> Option<ReplaceOrder> {
        if change != ServiceChange::Replace {
            return None;
        }
        let mut turns = turns(part).into_values();
        let (stop, start) = turns.find_map(|turn| Some((turn.stop?.0, turn.start?)))?;
        let stops_first = self.before(start).contains(&stop.id);
        Some(if stops_first { ReplaceOrder::StopFirst } else { ReplaceOrder::StartFirst })
    }

    /// The longest gap of its places in milliseconds; see [`ServiceImpact`](super::ServiceImpact).
    pub(super) fn of(&self, part: &ServicePart<'_>, change: ServiceChange) -> Option<u64> {
        match change {
            ServiceChange::Remove | ServiceChange::Stop => return None,
            ServiceChange::Keep | ServiceChange::Start | ServiceChange::Create => return Some(0),
            ServiceChange::Replace | ServiceChange::Restart | ServiceChange::Update => {}
        }
        let turns = turns(part);
        let goes_on = part.containers.iter().any(|container| {
            let is_ended =
                container.slot().and_then(|slot| turns.get(&slot)).is_some_and(|t| t.stop.is_some());
            container.state.is_up() && !is_ended
        });
        let was_up = part.containers.iter().any(|container| container.state.is_up());
        if goes_on || !was_up {
            return Some(0);
        }
        let gaps = turns.values().filter_map(|turn| Some((turn.stop?, turn.start?)));
        let gaps = gaps.map(|((stop, grace), start)| {
            if self.waits_between(stop, start) {
                return None;
            }
            Some(grace.saturating_add(until_first_check(part)?))
        });
        gaps.reduce(|one, other| Some(one?.max(other?))).unwrap_or(Some(0))
    }

    /// Whether something that may take any time lies between two steps.
    fn waits_between(&self, stop: &Step, start: &Step) -> bool {
        if self.slow.is_empty() || stop.id == start.id {
            return false;
        }
        let (before_stop, before_start) = (self.before(stop), self.before(start));
        self.slow.iter().any(|slow| before_start.contains(&slow.id) && !before_stop.contains(&slow.id))
    }

    /// Everything that has to come before a step.
    fn before(&self, step: &Step) -> HashSet<StepId> {
        let mut known = HashSet::new();
        let mut open = step.after.clone();
        while let Some(id) = open.pop() {
            if known.insert(id) {
                open.extend(self.plan.step(id).into_iter().flat_map(|step| &step.after));
            }
        }
        known
    }
}

/// For each place of a service the last stop and the last start.
fn turns<'a>(part: &ServicePart<'a>) -> BTreeMap<Slot, Turn<'a>> {
    let mut turns: BTreeMap<Slot, Turn<'_>> = BTreeMap::new();
    for step in &part.effects {
        let Some(slot) = step.slot else { continue };
        let turn = turns.entry(slot).or_default();
        match &step.action {
            StepAction::StopContainer { grace_ms, .. } => {
                turn.stop = Some((*step, grace_ms.unwrap_or(ENGINE_STOP_GRACE_MS)));
            }
            StepAction::RestartContainer { grace_ms, .. } => {
                turn.stop = Some((*step, grace_ms.unwrap_or(ENGINE_STOP_GRACE_MS)));
                turn.start = Some(*step);
            }
            StepAction::StartContainer { .. } => turn.start = Some(*step),
            _ => {}
        }
    }
    turns
}

/// How long a container is up before its health is looked at; 0 without a health check, `None` if the image has one that the
/// definition says nothing about.
fn until_first_check(part: &ServicePart<'_>) -> Option<u64> {
    let check = part.desired.map(|spec: &ServiceSpec| spec.container.healthcheck.as_ref());
    match check.flatten() {
        Some(check) if check.test == HealthcheckTest::Disabled => Some(0),
        Some(check) if check.start_period_ms.is_some_and(|period| period > 0) => {
            Some(check.start_interval_ms.unwrap_or(ENGINE_START_INTERVAL_MS))
        }
        Some(check) => Some(check.interval_ms.unwrap_or(ENGINE_INTERVAL_MS)),
        None if part.containers.iter().any(|container| container.health.is_some()) => None,
        None => Some(0),
    }
}
