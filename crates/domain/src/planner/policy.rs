//! Refuses what the policy does not allow, before the first step. The worker asks once more before it creates something.

use std::collections::BTreeSet;

use super::PlanningInput;
use crate::command::FailureCode;
use crate::names::ServiceName;
use crate::plan::{Blocker, Plan, Step, StepAction};
use crate::policy::{
    Demand, Finding, Own, of_attachment, of_build, of_container, of_image, of_network, of_volume,
};
use crate::stack_version::folder_in;

/// Refuses a plan that would create something that the policy does not allow. What exists already is left as it is.
pub(super) fn guard(plan: &mut Plan, input: &PlanningInput<'_>) {
    if input.rules.is_everything() {
        return;
    }
    let root = input.observed.host.stacks_dir.as_deref();
    let folder = root.map(|root| folder_in(root, input.provenance.stack_id)).unwrap_or_default();
    let desired = input.objective.desired();
    let own = Own::of(desired, &folder);
    // All containers of a service have the same definition.
    let mut seen = BTreeSet::new();
    let demands: Vec<Demand> = plan
        .steps
        .iter()
        .flat_map(|step| demanded(step, &own))
        .filter(|demand| seen.insert((demand.what, demand.owner.clone(), demand.value.clone())))
        .collect();
    plan.blockers.extend(input.rules.findings(demands).iter().map(blocker));
}

/// What a step asks of the host. The image of a service is pulled, built, or there already.
fn demanded(step: &Step, own: &Own<'_>) -> Vec<Demand> {
    let owner = step.service.as_ref().map(ServiceName::as_str).unwrap_or_default();
    match &step.action {
        StepAction::CreateContainer(create) => {
            let mut demands = of_container(owner, &create.spec, own);
            demands.extend(own.takes_image(owner).then(|| of_image(owner, &create.spec.image)));
            demands
        }
        StepAction::PullImage { image, .. } => vec![of_image(owner, image)],
        StepAction::BuildImage(build) => vec![of_build(owner, &build.spec)],
        StepAction::CreateVolume { volume, .. } => of_volume(volume, own),
        StepAction::CreateNetwork { network, .. } => of_network(network),
        StepAction::ConnectNetwork { attachment, .. } => of_attachment(owner, attachment, own),
        _ => Vec::new(),
    }
}

fn blocker(finding: &Finding) -> Blocker {
    Blocker {
        code: FailureCode::RefusedByPolicy,
        message: finding.message(),
        hint: Some(finding.hint()),
        subject: finding.0.owner.clone(),
    }
}
