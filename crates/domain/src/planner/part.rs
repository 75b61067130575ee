//! Which services a converging plan is about: all of them, or the one that an artifact is deployed into and those that
//! cannot be left alone when something happens to it.
//!
//! The others are left as they are. Whether they run, are right, or work is no part of what was asked for, so nothing of
//! theirs is started, repaired or waited for, and nothing of theirs can fail the command or its way back.

use std::collections::{BTreeSet, HashMap};

use crate::desired::{DesiredStack, MountKind, NetworkSpec, ServiceSpec, VolumeSpec};
use crate::ids::Slot;
use crate::labels;
use crate::names::ServiceName;
use crate::observation::ObservedContainer;

use super::gates::Reached;
use super::namespaces::{self, Kin, Sharing};
use super::slots::SlotState;
use super::{Facts, PlanningInput};

/// How far a service takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It becomes what the definition says.
    Whole,
    /// It follows another one whose namespaces or volumes it shares, or which it is restarted with. What of it was down
    /// before stays down.
    Follower,
    /// It is left as it is.
    Bystander,
}

/// The services that take part, with what they do; `None` means that all do.
pub(super) struct Part<'a>(Option<HashMap<&'a ServiceName, Role>>);

impl<'a> Part<'a> {
    /// `services` are sorted, dependencies first. A service that mounts one of the `edited` files is brought along: the command
    /// overwrites them, and its containers would go on with what is no longer there.
    pub(super) fn of(
        only: Option<&'a ServiceName>,
        kin: &Kin<'a>,
        services: &[&'a ServiceSpec],
        edited: &BTreeSet<&str>,
    ) -> Self {
        let Some(only) = only else { return Self(None) };
        let mut roles: HashMap<&ServiceName, Role> = HashMap::from([(only, Role::Whole)]);
        for service in services.iter().filter(|service| service.name != *only) {
            let mounts_edited = || edited.iter().any(|path| mounts(service, path));
            let parents = kin.parents(service);
            let restarting = service.depends_on.iter().filter(|dependency| dependency.restart);
            let mut leaders = parents.iter().map(|(parent, _)| *parent).chain(restarting.map(|d| &d.service));
            if mounts_edited() {
                roles.insert(&service.name, Role::Whole);
            } else if leaders.any(|leader| roles.contains_key(leader)) {
                roles.insert(&service.name, Role::Follower);
            }
        }
        Self(Some(roles))
    }

    pub(super) fn role(&self, service: &ServiceName) -> Role {
        let known =
            |roles: &HashMap<&ServiceName, Role>| roles.get(service).copied().unwrap_or(Role::Bystander);
        self.0.as_ref().map_or(Role::Whole, known)
    }
}

fn mounts(service: &ServiceSpec, path: &str) -> bool {
    service.mounted.as_ref().is_some_and(|mounted| mounted.contains(path))
}

/// Leaves out what takes no part. Returns the container of the first slot if that is left out: others may share something
/// with it.
pub(super) fn limit<'a>(
    role: Role,
    slots: &mut Vec<SlotState<'a>>,
    input: &PlanningInput<'a>,
    parents: &[(&'a ServiceName, Sharing)],
    part: &Part<'a>,
    first: &HashMap<&'a ServiceName, &'a ObservedContainer>,
) -> Option<&'a ObservedContainer> {
    if role == Role::Whole {
        return None;
    }
    let left = slots.first().and_then(SlotState::there);
    let takes_part = |slot: &SlotState<'_>| {
        role == Role::Follower && slot.all().any(|container| is_concerned(input, container))
    };
    slots.retain(takes_part);
    let leaders = || parents.iter().filter(|(parent, _)| part.role(parent) != Role::Bystander);
    for slot in slots.iter_mut().filter(|slot| slot.keep.is_none()) {
        let is_moved = leaders().any(|(parent, sharing)| match first.get(parent) {
            Some(kept) => !slot.all().any(|container| namespaces::shares(container, kept, *sharing)),
            None => true,
        });
        if !is_moved {
            slot.keep = slot.there();
            slot.stale.clear();
        }
    }
    left.filter(|_| slots.first().is_none_or(|slot| slot.slot != Slot(1)))
}

/// Whether a container of a follower runs, or this command has made, stopped or started it.
fn is_concerned(input: &PlanningInput<'_>, container: &ObservedContainer) -> bool {
    let Facts { started, interrupted, .. } = input.facts;
    let command = input.provenance.command.map(|command| command.to_string());
    let is_new = || command.is_some() && container.labels.get(labels::COMMAND) == command.as_ref();
    container.state.is_up()
        || started.contains(&container.id)
        || interrupted.contains_key(&container.id)
        || is_new()
}

/// Whether a service counts for the end of the command: a follower does as soon as the command has touched it.
pub(super) fn counts(role: Role, facts: &Facts, reached: &Reached<'_>, service: &ServiceName) -> bool {
    let is_touched = || {
        reached.outcomes(service).iter().any(|outcome| {
            let observed = outcome.container.observed();
            outcome.start.is_some() || observed.is_some_and(|container| facts.started.contains(&container.id))
        })
    };
    match role {
        Role::Whole => true,
        Role::Follower => is_touched(),
        Role::Bystander => false,
    }
}

/// The networks and volumes that a plan is about; `None` means all of the stack.
pub(super) struct Objects<'a>(Option<Used<'a>>);

struct Used<'a> {
    networks: BTreeSet<&'a str>,
    volumes: BTreeSet<&'a str>,
}

impl<'a> Objects<'a> {
    /// Those that the services of the plan use.
    pub(super) fn of(desired: &'a DesiredStack, part: &Part<'a>) -> Self {
        if part.0.is_none() {
            return Self(None);
        }
        let mut used = Used { networks: BTreeSet::new(), volumes: BTreeSet::new() };
        for service in desired.services.iter().filter(|s| part.role(&s.name) != Role::Bystander) {
            let spec = &service.container;
            used.networks.extend(spec.network_mode.attachments().iter().map(|a| a.network.as_str()));
            used.volumes.extend(spec.mounts.iter().filter_map(|mount| match &mount.kind {
                MountKind::Volume { name: Some(name), .. } => Some(name.as_str()),
                _ => None,
            }));
        }
        Self(Some(used))
    }

    /// Whether it is about the whole stack, and so also about what nothing in the definition needs any longer.
    pub(super) fn are_all(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn have_network(&self, network: &NetworkSpec) -> bool {
        self.0.as_ref().is_none_or(|used| used.networks.contains(network.name.as_str()))
    }

    pub(super) fn have_volume(&self, volume: &VolumeSpec) -> bool {
        self.0.as_ref().is_none_or(|used| used.volumes.contains(volume.name.as_str()))
    }
}
