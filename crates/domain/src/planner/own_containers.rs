//! Core Monitor's own containers. A worker that stops, replaces or removes them ends in the middle of its command, and
//! nobody is left to finish it: such a plan is refused before its first step.

use std::collections::BTreeMap;

use super::said;
use crate::command::FailureCode;
use crate::ids::ContainerId;
use crate::labels::COMPONENT;
use crate::observation::Observation;
use crate::plan::{Blocker, Plan, StepAction, Target};

/// Refuses a plan that would end one of Core Monitor's own containers.
pub(super) fn guard(plan: &mut Plan, observed: &Observation) {
    let is_own = |labels: &BTreeMap<String, String>| labels.contains_key(COMPONENT);
    let own: BTreeMap<&ContainerId, &str> = observed
        .containers
        .iter()
        .filter(|container| is_own(&container.labels))
        .map(|container| (&container.id, container.name.as_str()))
        .collect();
    let ended = plan.steps.iter().filter_map(|step| own.get(ended_by(&step.action)?));
    let mut names: Vec<_> = ended.copied().collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        plan.blockers.push(Blocker {
            code: FailureCode::SelfProtected,
            message: said::own_container(name),
            hint: Some(said::update_from_outside()),
            subject: name.to_owned(),
        });
    }
}

/// The existing container whose processes an action ends or suspends.
fn ended_by(action: &StepAction) -> Option<&ContainerId> {
    let (StepAction::StopContainer { container, .. }
    | StepAction::RestartContainer { container, .. }
    | StepAction::PauseContainer { container }
    | StepAction::RemoveContainer { container, .. }
    | StepAction::DisconnectNetwork { container, .. }) = action
    else {
        return None;
    };
    match container {
        Target::Existing { id, .. } => Some(id),
        Target::New { .. } => None,
    }
}
