//! What is there of a service, slot by slot: the container to keep, and those to replace.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::desired::{BuildHash, NamespaceMode, NetworkMode, ServiceSpec};
use crate::ids::{ContainerId, ImageId, Slot};
use crate::labels;
use crate::names::{ServiceName, StackName};
use crate::observation::ObservedContainer;
use crate::plan::Cause;

use super::index::{Index, is_dead};

/// One slot of one service.
pub(super) struct SlotState<'a> {
    pub(super) slot: Slot,
    /// The name its container has in the end.
    pub(super) name: String,
    /// Made from the wanted definition and image.
    pub(super) keep: Option<&'a ObservedContainer>,
    /// Everything else in the slot, and why it has to go.
    pub(super) stale: Vec<(&'a ObservedContainer, Cause)>,
}

/// What decides whether a container is the wanted one.
pub(super) struct Wanted<'a> {
    pub(super) service: &'a ServiceSpec,
    pub(super) image: Option<&'a ImageId>,
    /// What that image has to be built from, while it is not known by its id.
    pub(super) build: Option<&'a BuildHash>,
    /// Of whom it takes what.
    pub(super) parents: &'a [(&'a ServiceName, Sharing)],
    /// The containers kept so far in slot 1, by service: those it takes something of come earlier in the order.
    pub(super) first: &'a HashMap<&'a ServiceName, &'a ObservedContainer>,
    /// The attributes that differ from the earlier definition.
    pub(super) changed: Vec<String>,
}

/// Looks at every wanted slot of a service.
pub(super) fn slots<'a>(index: &Index<'a>, stack: &StackName, wanted: &Wanted<'_>) -> Vec<SlotState<'a>> {
    let service = wanted.service;
    (1..=service.replicas)
        .map(Slot)
        .map(|slot| {
            let name = service.container_name(stack, slot);
            let mut keep: Vec<&ObservedContainer> = Vec::new();
            let mut stale = Vec::new();
            for container in index.slot(&service.name, slot) {
                match difference(container, wanted) {
                    None => keep.push(container),
                    Some(cause) => stale.push((container, cause)),
                }
            }
            // Several can only be left by a crash or by hand. The one that runs, then the one with the right name, then
            // the oldest is the one people use.
            keep.sort_by_key(|c| (Reverse(c.state.is_up()), c.name != name, c.created_at, &c.id));
            let mut keep = keep.into_iter();
            let first = keep.next();
            stale.extend(keep.map(|extra| (extra, Cause::Superseded)));
            SlotState { slot, name, keep: first, stale }
        })
        .collect()
}

/// Why a container is not the wanted one.
fn difference(container: &ObservedContainer, wanted: &Wanted<'_>) -> Option<Cause> {
    if is_dead(container) {
        return Some(Cause::Dead);
    }
    if container.labels.get(labels::SPEC).map(String::as_str) != Some(&wanted.service.hash.0) {
        return Some(Cause::DefinitionChanged { attributes: wanted.changed.clone() });
    }
    if wanted.image.is_some_and(|image| *image != container.image_id) {
        return Some(Cause::ImageChanged);
    }
    let made_from = container.labels.get(labels::BUILD).map(String::as_str);
    if wanted.build.is_some_and(|build| made_from != Some(build.as_str())) {
        return Some(Cause::ImageChanged);
    }
    let shares_with = |service: &ServiceName, sharing| {
        wanted.first.get(service).is_some_and(|parent| shares(container, parent, sharing))
    };
    let (replaced, _) = wanted.parents.iter().find(|(service, sharing)| !shares_with(service, *sharing))?;
    Some(Cause::ParentReplaced { service: (*replaced).clone() })
}

/// What a container takes from another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    Network,
    Pid,
    Ipc,
    Volumes,
}

/// The services whose first container has to exist before one of `service` can be made.
pub(super) fn parents(service: &ServiceSpec) -> Vec<(&ServiceName, Sharing)> {
    let spec = &service.container;
    let mut parents = Vec::new();
    if let NetworkMode::Service { service } = &spec.network_mode {
        parents.push((service, Sharing::Network));
    }
    if let NamespaceMode::Service { service } = &spec.pid {
        parents.push((service, Sharing::Pid));
    }
    if let NamespaceMode::Service { service } = &spec.ipc {
        parents.push((service, Sharing::Ipc));
    }
    // `volumes_from` names services and foreign containers alike; the dependency the loader adds tells them apart.
    for entry in &spec.volumes_from {
        let name = entry.split(':').next().unwrap_or(entry);
        let dependency = service
            .depends_on
            .iter()
            .find(|d| !entry.starts_with("container:") && d.service.as_str() == name);
        parents.extend(dependency.map(|d| (&d.service, Sharing::Volumes)));
    }
    parents
}

fn shares(child: &ObservedContainer, parent: &ObservedContainer, sharing: Sharing) -> bool {
    let of = |mode: &str, id: &ContainerId| mode.strip_prefix("container:") == Some(id.as_str());
    match sharing {
        Sharing::Network => of(&child.network_mode, &parent.id),
        Sharing::Pid => of(&child.pid_mode, &parent.id),
        Sharing::Ipc => of(&child.ipc_mode, &parent.id),
        // The engine does not show where a mount came from, but a child older than its parent cannot have it from there.
        Sharing::Volumes => child.created_at >= parent.created_at,
    }
}
