//! Containers outside the stack that share the network of one of its containers: they lose it when that one ends, and go on
//! running without.

use std::collections::BTreeMap;

use super::{PlanningInput, said};
use crate::ids::ContainerId;
use crate::observation::Occupant;
use crate::plan::{Plan, Target};

/// Notes which of them the plan cuts off, and which of them are cut off already by what the command did.
pub(super) fn note(plan: &mut Plan, input: &PlanningInput<'_>) {
    let ended: BTreeMap<&ContainerId, &str> = plan
        .steps
        .iter()
        .filter(|step| step.action.op().ends_a_run())
        .filter_map(|step| match step.action.container()? {
            Target::Existing { id, name } => Some((id, name.as_str())),
            Target::New { .. } => None,
        })
        .collect();
    let mut notes = Vec::new();
    for other in input.observed.host.occupants.iter().filter(|other| is_outside(input, other)) {
        let Some(shared) = &other.shares_network_of else { continue };
        let restarted = input.observed.container(shared).filter(|container| {
            input.facts.started.contains(&container.id)
                && container.started_at.zip(other.started_at).is_some_and(|(this, that)| this > that)
        });
        if let Some(name) = ended.get(shared) {
            notes.push(said::cuts_off(&other.name, *name));
        } else if let Some(container) = restarted {
            notes.push(said::is_cut_off(&other.name, &container.name));
        }
    }
    plan.notes.extend(notes);
}

/// What the plan does not bring back itself.
fn is_outside(input: &PlanningInput<'_>, other: &Occupant) -> bool {
    other.up && (!other.ours || other.owner != Some(input.provenance.stack_id))
}
