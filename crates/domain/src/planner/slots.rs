//! The existing containers of a service, slot by slot: the one to keep, and those to replace.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use crate::desired::{BuildHash, ServiceSpec};
use crate::ids::{ImageId, Slot};
use crate::labels;
use crate::names::{ServiceName, StackName};
use crate::observation::ObservedContainer;
use crate::plan::Cause;

use super::deploy;
use super::index::{Index, is_dead};
use super::namespaces::{self, Kin, Sharing};

/// One slot of one service.
pub(super) struct SlotState<'a> {
    pub(super) slot: Slot,
    /// The final name of its container.
    pub(super) name: String,
    /// The container created from the desired definition and image.
    pub(super) keep: Option<&'a ObservedContainer>,
    /// All other containers of the slot, and why they have to be removed.
    pub(super) stale: Vec<(&'a ObservedContainer, Cause)>,
}

impl<'a> SlotState<'a> {
    /// All containers of the slot.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a ObservedContainer> {
        self.keep.into_iter().chain(self.stale.iter().map(|(container, _)| *container))
    }

    /// The container in use, whether it is right or not.
    pub(super) fn there(&self) -> Option<&'a ObservedContainer> {
        self.all().min_by_key(|c| (Reverse(c.state.is_up()), c.name != self.name, c.created_at, &c.id))
    }
}

/// The criteria for a container to be kept.
pub(super) struct Wanted<'a> {
    pub(super) service: &'a ServiceSpec,
    pub(super) image: Option<&'a ImageId>,
    /// The hash the image must be built from, as long as its id is not known.
    pub(super) build: Option<&'a BuildHash>,
    pub(super) kin: &'a Kin<'a>,
    /// The services it shares namespaces or volumes with, and what it shares.
    pub(super) parents: &'a [(&'a ServiceName, Sharing)],
    /// The containers kept in slot 1 so far, by service: those it shares something with come earlier in the order.
    pub(super) first: &'a HashMap<&'a ServiceName, &'a ObservedContainer>,
    /// Whether its containers have to be replaced in any case.
    pub(super) recreate: bool,
    /// The command whose containers are new already, if there is one.
    pub(super) command: Option<&'a str>,
    /// The attributes that differ from the earlier definition.
    pub(super) changed: Vec<String>,
    /// The mounted files of the version that differ from the earlier definition.
    pub(super) changed_files: Vec<String>,
    /// The files of the stack's folder that somebody else has changed, and that this command overwrites.
    pub(super) edited: &'a BTreeSet<&'a str>,
}

/// Examines every desired slot of a service.
pub(super) fn slots<'a>(index: &Index<'a>, stack: &StackName, wanted: &Wanted<'_>) -> Vec<SlotState<'a>> {
    let service = wanted.service;
    (1..=service.replicas)
        .map(Slot)
        .map(|slot| {
            let name = service.container_name(stack, slot);
            let mut keep: Vec<&ObservedContainer> = Vec::new();
            let mut stale = Vec::new();
            for container in index.slot(&service.name, slot) {
                match difference(index, container, wanted) {
                    None => keep.push(container),
                    Some(cause) => stale.push((container, cause)),
                }
            }
            // Several containers can only be the result of a crash or of manual changes. Keep the one in use: the
            // running one, then the one with the right name, then the oldest.
            keep.sort_by_key(|c| (Reverse(c.state.is_up()), c.name != name, c.created_at, &c.id));
            let mut keep = keep.into_iter();
            let first = keep.next();
            stale.extend(keep.map(|extra| (extra, Cause::Superseded)));
            SlotState { slot, name, keep: first, stale }
        })
        .collect()
}

/// Whether the command itself has created it.
fn is_new(container: &ObservedContainer, wanted: &Wanted<'_>) -> bool {
    wanted.command.is_some() && container.labels.get(labels::COMMAND).map(String::as_str) == wanted.command
}

/// The files that a container mounts one by one and sees with another content than the version has, or than is about to be
/// written. A container of an earlier release or another tool does not say what it was created with: it is right until the
/// definition brings other files than the one before.
fn changed_files(container: &ObservedContainer, wanted: &Wanted<'_>) -> Option<Vec<String>> {
    let mounted = wanted.service.mounted.as_ref()?;
    let is_wrong = match container.labels.get(labels::FILES) {
        Some(created_with) => *created_with != mounted.hash(),
        None => !wanted.changed_files.is_empty(),
    };
    if is_wrong {
        return Some(wanted.changed_files.clone());
    }
    let edited = wanted.edited.iter().filter(|path| mounted.contains(path));
    let edited: Vec<String> = edited.map(|path| (*path).to_owned()).collect();
    (!edited.is_empty() && !is_new(container, wanted)).then_some(edited)
}

/// Why a container was created from another definition. A new version of a named secret changes no definition that anybody has
/// written, so it is only named where nothing else has changed.
fn redefined(container: &ObservedContainer, wanted: &Wanted<'_>) -> Cause {
    let label = container.labels.get(labels::SECRETS).filter(|_| wanted.changed.is_empty());
    let secrets = label.map(|label| wanted.service.secrets.renewed_since(label)).unwrap_or_default();
    if secrets.is_empty() {
        Cause::DefinitionChanged { attributes: wanted.changed.clone() }
    } else {
        Cause::SecretsRenewed { secrets }
    }
}

/// Why a container does not match.
fn difference(index: &Index<'_>, container: &ObservedContainer, wanted: &Wanted<'_>) -> Option<Cause> {
    if is_dead(container) {
        return Some(Cause::Dead);
    }
    if container.labels.get(labels::SPEC).map(String::as_str) != Some(&wanted.service.hash.0) {
        return Some(redefined(container, wanted));
    }
    if wanted.image.is_some_and(|image| *image != container.image_id) {
        return Some(Cause::ImageChanged);
    }
    let made_from = container.labels.get(labels::BUILD).map(String::as_str);
    if wanted.build.is_some_and(|build| made_from != Some(build.as_str())) {
        return Some(Cause::ImageChanged);
    }
    if let Some(files) = changed_files(container, wanted) {
        return Some(Cause::FilesChanged { files });
    }
    if let Some(slot) = deploy::left_over(wanted.service, container) {
        return Some(Cause::ArtifactRemoved { slot });
    }
    let shares_with = |service: &ServiceName, sharing| {
        wanted.first.get(service).is_some_and(|parent| namespaces::shares(container, parent, sharing))
    };
    if wanted.recreate && !is_new(container, wanted) {
        return Some(Cause::Forced);
    }
    if let Some((replaced, _)) =
        wanted.parents.iter().find(|(service, sharing)| !shares_with(service, *sharing))
    {
        return Some(Cause::ParentReplaced { service: (*replaced).clone() });
    }
    let replaced =
        namespaces::replaced_reference(index, wanted.kin, wanted.service, wanted.parents, container)?;
    Some(Cause::ContainerReplaced { container: replaced.to_owned() })
}
