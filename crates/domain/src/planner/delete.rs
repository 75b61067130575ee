//! DELETE: everything this installation made for the stack goes, dependants first; data only when asked.

use std::collections::BTreeSet;

use crate::desired::DesiredStack;
use crate::ids::StepId;
use crate::plan::{Action, Cause, Plan};

use super::builder::{Builder, For};
use super::index::Index;
use super::{PlanningInput, networks, power, volumes};

pub(super) fn delete(input: &PlanningInput<'_>, desired: &DesiredStack, with_volumes: bool) -> Plan {
    let index = Index::new(input);
    let mut builder = Builder::with_hooks_of([desired]);
    power::stop_all(&index, &mut builder, desired, None, &Cause::Requested);
    let mut gone: BTreeSet<StepId> = BTreeSet::new();
    for container in index.containers() {
        let service = container.service();
        let whom = For { service: service.as_ref(), slot: container.slot() };
        gone.insert(builder.remove(whom, container, with_volumes, &Cause::Requested, &BTreeSet::new()));
    }
    for network in input.observed.host.networks.iter().filter(|network| networks::is_ours(input, network)) {
        let attached = index.attached.get(network.name.as_str()).map_or(&[][..], Vec::as_slice);
        if let Some(stranger) = attached.iter().find(|occupant| !index.owns(&occupant.id)) {
            networks::in_use(&mut builder, &network.name, &stranger.name);
            continue;
        }
        let action = Action::RemoveNetwork { id: network.id.clone(), name: network.name.clone() };
        builder.step(For::STACK, action, Cause::Requested, &gone);
    }
    remove_volumes(input, &mut builder, desired, with_volumes, &gone);
    builder.finish()
}

fn remove_volumes(
    input: &PlanningInput<'_>,
    builder: &mut Builder,
    desired: &DesiredStack,
    with_volumes: bool,
    gone: &BTreeSet<StepId>,
) {
    let mounted: BTreeSet<&str> = mounted_volumes(input).collect();
    for volume in &input.observed.host.volumes {
        let left_behind =
            input.facts.doomed_volumes.contains(&volume.name) && !mounted.contains(volume.name.as_str());
        if with_volumes && left_behind {
            let action = Action::RemoveVolume { name: volume.name.clone() };
            builder.step(For::STACK, action, Cause::Requested, gone);
        } else if volumes::is_ours(input, volume) {
            if with_volumes {
                let action = Action::RemoveVolume { name: volume.name.clone() };
                builder.step(For::STACK, action, Cause::Requested, gone);
            } else {
                builder.note(format!("the volume `{}` keeps its data", volume.name));
            }
        } else if with_volumes
            && desired.volumes.iter().any(|spec| spec.name == volume.name && !spec.external)
        {
            builder.note(format!("the volume `{}` was made by somebody else and is kept", volume.name));
        }
    }
}

fn mounted_volumes<'a>(input: &PlanningInput<'a>) -> impl Iterator<Item = &'a str> {
    let mounts = input.observed.containers.iter().flat_map(|container| &container.mounts);
    mounts.map(|mount| mount.name.as_str())
}
