//! DELETE: everything this installation made for the stack goes, dependants first; data only when asked.

use std::collections::BTreeSet;

use crate::desired::DesiredStack;
use crate::plan::{Action, Cause, Plan};

use super::builder::{Builder, For};
use super::index::Index;
use super::step_set::StepSet;
use super::volumes::{self, Whose};
use super::{PlanningInput, networks, power};

pub(super) fn delete(input: &PlanningInput<'_>, desired: &DesiredStack, with_volumes: bool) -> Plan {
    let index = Index::new(input);
    let mut builder = Builder::with_hooks_of([desired]);
    power::stop_all(&index, &mut builder, desired, None, &Cause::Requested);
    let mut gone = StepSet::default();
    for container in index.containers() {
        let service = container.service();
        let whom = For { service: service.as_ref(), slot: container.slot() };
        gone.insert(builder.remove(whom, container, with_volumes, &Cause::Requested, &StepSet::default()));
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
    gone: &StepSet,
) {
    let mounted: BTreeSet<&str> = mounted_volumes(input).collect();
    let declared: BTreeSet<&str> =
        desired.volumes.iter().filter(|spec| !spec.external).map(|spec| spec.name.as_str()).collect();
    for volume in &input.observed.host.volumes {
        let name = volume.name.as_str();
        let left_behind = input.facts.doomed_volumes.contains(name) && !mounted.contains(name);
        let ours = match volumes::whose(input, volume) {
            Whose::Ours => true,
            Whose::Left => declared.contains(name),
            Whose::Foreign => false,
        };
        if with_volumes && (ours || left_behind) {
            let action = Action::RemoveVolume { name: name.to_owned() };
            builder.step(For::STACK, action, Cause::Requested, gone);
        } else if ours {
            builder.note(format!("the volume `{name}` keeps its data"));
        } else if with_volumes && volumes::whose(input, volume) == Whose::Left {
            let stack = &input.provenance.stack;
            builder.note(format!(
                "the volume `{name}` is from an earlier stack called `{stack}`, is not in the definition, and is kept"
            ));
        } else if with_volumes && declared.contains(name) {
            builder.note(format!("the volume `{name}` was made by somebody else and is kept"));
        }
    }
}

fn mounted_volumes<'a>(input: &PlanningInput<'a>) -> impl Iterator<Item = &'a str> {
    let mounts = input.observed.containers.iter().flat_map(|container| &container.mounts);
    mounts.map(|mount| mount.name.as_str())
}
