//! DELETE: removes everything this installation created for the stack, dependants first; data only on request.

use std::collections::BTreeSet;

use super::said;
use crate::desired::DesiredStack;
use crate::plan::{Cause, Plan, StepAction};

use super::builder::{Builder, Scope};
use super::index::Index;
use super::step_set::StepSet;
use super::volumes::{self, Whose};
use super::{Chosen, PlanningInput, networks, power, spoofed};

pub(super) fn delete<'a>(
    input: &PlanningInput<'a>,
    index: &Index<'a>,
    desired: &DesiredStack,
    with_volumes: bool,
) -> Plan {
    let mut builder = Builder::with_hooks_of([desired]);
    power::stop_all(index, &mut builder, desired, &Chosen::All, &Cause::Requested);
    let mut gone = StepSet::default();
    for container in index.containers() {
        let service = container.service();
        let scope = Scope { service: service.as_ref(), slot: container.slot() };
        gone.insert(builder.remove(scope, container, with_volumes, &Cause::Requested, &StepSet::default()));
    }
    for network in input.observed.host.networks.iter().filter(|network| networks::is_ours(input, network)) {
        let attached = index.host.attached.get(network.name.as_str()).map_or(&[][..], Vec::as_slice);
        if let Some(stranger) = attached.iter().find(|occupant| !index.owns(&occupant.id)) {
            builder.note(said::network_in_use_is_kept(&network.name, &stranger.name));
            continue;
        }
        let action = StepAction::RemoveNetwork { id: network.id.clone(), name: network.name.clone() };
        builder.step(Scope::STACK, action, Cause::Requested, &gone);
    }
    remove_volumes(input, &mut builder, desired, with_volumes, &gone);
    spoofed::note(input, &mut builder);
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
    let named = |external: bool| -> BTreeSet<&str> {
        let specs = desired.volumes.iter().filter(|spec| spec.external == external);
        specs.map(|spec| spec.name.as_str()).collect()
    };
    let (external, declared) = (named(true), named(false));
    for volume in &input.observed.host.volumes {
        let name = volume.name.as_str();
        // Those of containers that are still there go with them.
        let anonymous = volume.anonymous_of == Some(input.provenance.stack_id)
            || (input.facts.doomed_volumes.contains(name) && !external.contains(name));
        let left_behind = anonymous && !mounted.contains(name);
        let ours = match volumes::whose(input, volume) {
            Whose::Ours => true,
            Whose::Left => declared.contains(name),
            Whose::Foreign => false,
        };
        if with_volumes && (ours || left_behind) {
            let action = StepAction::RemoveVolume { name: name.to_owned(), created_at: None };
            builder.step(Scope::STACK, action, Cause::Requested, gone);
        } else if ours {
            builder.note(said::volume_is_kept(name));
        } else if with_volumes && volumes::whose(input, volume) == Whose::Left {
            let stack = &input.provenance.stack;
            builder.note(said::left_volume_is_kept(name, stack));
        } else if with_volumes && declared.contains(name) {
            builder.note(said::foreign_volume_is_kept(name));
        }
    }
}

fn mounted_volumes<'a>(input: &PlanningInput<'a>) -> impl Iterator<Item = &'a str> {
    let mounts = input.observed.containers.iter().flat_map(|container| &container.mounts);
    mounts.map(|mount| mount.name.as_str())
}
