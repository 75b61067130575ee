//! Making one new container.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::command::FailureCode;
use crate::desired::{Attachment, Condition, MountKind, ServiceSpec};
use crate::ids::StepId;
use crate::labels::{self, Stamp};
use crate::names::ServiceName;
use crate::observation::{ApiVersion, ObservedContainer};
use crate::plan::{
    Action, Cause, CreateContainer, InheritedVolume, NetworkTarget, PlannedAttachment, Target,
};

use super::PlanningInput;
use super::builder::{Builder, For};
use super::converge::Work;
use super::images::Images;
use super::index::Index;
use super::networks::Networks;
use super::slots::SlotState;
use super::step_set::StepSet;

/// What making containers depends on.
pub(super) struct Creator<'p, 'a> {
    pub(super) input: &'p PlanningInput<'a>,
    pub(super) index: &'p Index<'a>,
    pub(super) networks: &'p Networks<'a>,
    pub(super) volumes: &'p BTreeMap<&'p str, StepId>,
    pub(super) images: &'p Images,
    pub(super) stamp: &'p Stamp,
    /// The containers of slot 1 so far, of services that others share something of.
    pub(super) first: &'p HashMap<&'a ServiceName, Target>,
}

/// A container that a plan makes.
pub(super) struct Creation {
    /// It.
    pub(super) target: Target,
    /// The steps after which it is made and attached to all its networks.
    pub(super) ready: StepSet,
    /// It was made under an intermediate name.
    pub(super) needs_rename: bool,
}

impl Creator<'_, '_> {
    /// Makes the containers that a service lacks.
    pub(super) fn create_missing(&self, builder: &mut Builder, work: &mut Work<'_>) {
        for slot in work.slots.iter().filter(|slot| slot.keep.is_none()) {
            if let Some(made) = self.create(builder, work, slot) {
                work.made.insert(slot.slot, made);
            }
        }
    }

    /// `None`: something stands in the way, and the plan says what.
    fn create(&self, builder: &mut Builder, work: &Work<'_>, slot: &SlotState<'_>) -> Option<Creation> {
        let Work { service, image, .. } = work;
        let name = self.name(builder, service, slot)?;
        let parents = self.parents_of(builder, work)?;
        let mut after: StepSet = parents.values().filter_map(Target::made_by).collect();
        after.extend(self.images.step(image));
        after.extend(self.volume_steps(service));
        let (joined, later) = self.split_attachments(service, slot)?;
        after.extend(joined.iter().filter_map(|planned| made_by(&planned.network)));

        let spec = Arc::clone(&service.container);
        let mut labels = self.stamp.container_labels(
            &spec.labels,
            &service.name,
            slot.slot,
            &service.hash,
            dependency_label(service),
        );
        // The image brings it too, but a plan has to say all that its containers will be known by.
        let built = service.build.iter().map(|build| (labels::BUILD.into(), build.hash.as_str().into()));
        labels.extend(built);
        let whom = For::slot(&service.name, slot.slot);
        let cause = slot.stale.first().map_or(Cause::Missing, |(_, cause)| cause.clone());
        let action = Action::CreateContainer(Box::new(CreateContainer {
            name: name.clone(),
            service: service.name.clone(),
            slot: slot.slot,
            image: image.reference.clone().into_owned(),
            hash: service.hash.clone(),
            labels,
            attachments: joined,
            inherited: inherited(service, slot),
            parents,
            spec,
        }));
        let step = builder.step(whom, action, cause, &after);
        let target = Target::New { step, name: name.clone() };
        let mut ready = StepSet::from(step);
        for planned in later {
            let mut after = StepSet::from(step);
            after.extend(made_by(&planned.network));
            let PlannedAttachment { network, attachment } = planned;
            let attachment = Box::new(attachment);
            let action = Action::ConnectNetwork { container: target.clone(), network, attachment };
            ready.insert(builder.step(whom, action, Cause::Missing, &after));
        }
        Some(Creation { target, ready, needs_rename: name != slot.name })
    }

    /// The final name if it is free, an intermediate one if it is ours and will be freed.
    fn name(&self, builder: &mut Builder, service: &ServiceSpec, slot: &SlotState<'_>) -> Option<String> {
        let Some(holder) = self.index.by_name.get(slot.name.as_str()) else {
            return Some(slot.name.clone());
        };
        if !self.index.owns(&holder.id) {
            let message = format!(
                "the name `{}` is held by a container of somebody else, made from `{}`",
                slot.name, holder.image
            );
            let hint =
                "rename or remove that container, or give the service another `container_name`".to_owned();
            builder.problem(FailureCode::NameForeign, &slot.name, message, Some(hint));
            return None;
        }
        let base = format!("{}.next-{}", slot.name, service.hash.short());
        let numbered = (2..).map(|n| format!("{base}-{n}"));
        std::iter::once(base.clone())
            .chain(numbered)
            .find(|name| !self.index.by_name.contains_key(name.as_str()))
    }

    fn parents_of(&self, builder: &mut Builder, work: &Work<'_>) -> Option<BTreeMap<ServiceName, Target>> {
        let service = work.service;
        let mut parents = BTreeMap::new();
        for (parent, _) in &work.parents {
            let Some(target) = self.first.get(parent) else {
                let message =
                    format!("service `{}` shares a container of `{parent}`, which has none", service.name);
                builder.problem(FailureCode::DependencyFailed, service.name.as_str(), message, None);
                return None;
            };
            parents.insert((*parent).clone(), target.clone());
        }
        Some(parents)
    }

    fn volume_steps(&self, service: &ServiceSpec) -> Vec<StepId> {
        let name = |kind: &MountKind| match kind {
            MountKind::Volume { name: Some(name), .. } => self.volumes.get(name.as_str()).copied(),
            _ => None,
        };
        service.container.mounts.iter().filter_map(|mount| name(&mount.kind)).collect()
    }

    /// Older engines take one network in the create call; the others follow one by one.
    fn split_attachments(
        &self,
        service: &ServiceSpec,
        slot: &SlotState<'_>,
    ) -> Option<(Vec<PlannedAttachment>, Vec<PlannedAttachment>)> {
        let mut planned = Vec::new();
        for attachment in service.container.network_mode.attachments() {
            let network = self.networks.target(&attachment.network)?.clone();
            planned.push(PlannedAttachment { network, attachment: full(attachment, service, &slot.name) });
        }
        let all_at_once = self.input.observed.host.engine.api >= ApiVersion::ALL_NETWORKS_IN_CREATE;
        let later = if all_at_once || planned.is_empty() { Vec::new() } else { planned.split_off(1) };
        Some((planned, later))
    }
}

/// The names docker compose gives a container on a network: its own, its service's, and those that are written.
pub(super) fn names<'n>(
    attachment: &'n Attachment,
    service: &'n ServiceSpec,
    container_name: &'n str,
) -> impl Iterator<Item = &'n str> + Clone {
    [container_name, service.name.as_str()].into_iter().chain(attachment.aliases.iter().map(String::as_str))
}

/// The attachment with all its names, each once.
pub(super) fn full(attachment: &Attachment, service: &ServiceSpec, container_name: &str) -> Attachment {
    let mut aliases: Vec<String> = Vec::with_capacity(2 + attachment.aliases.len());
    for name in names(attachment, service, container_name) {
        if aliases.iter().all(|alias| alias != name) {
            aliases.push(name.to_owned());
        }
    }
    Attachment { aliases, ..attachment.clone() }
}

fn made_by(network: &NetworkTarget) -> Option<StepId> {
    match network {
        NetworkTarget::New { step, .. } => Some(*step),
        NetworkTarget::Existing { .. } => None,
    }
}

/// Anonymous volumes stay with the slot: the successor mounts them by name, in its create call, before the
/// predecessor is removed. A path that the definition mounts otherwise now is not taken over.
fn inherited(service: &ServiceSpec, slot: &SlotState<'_>) -> Vec<InheritedVolume> {
    let in_use = |c: &ObservedContainer| (c.state.is_up(), c.started_at, c.created_at);
    let Some((predecessor, _)) = slot.stale.iter().max_by_key(|(container, _)| in_use(container)) else {
        return Vec::new();
    };
    let spec = &service.container;
    let otherwise = |target: &str| {
        let anonymous = |kind: &MountKind| matches!(kind, MountKind::Volume { name: None, .. });
        spec.tmpfs.contains_key(target)
            || spec.mounts.iter().any(|mount| mount.target == target && !anonymous(&mount.kind))
    };
    let mut volumes: Vec<_> = predecessor
        .mounts
        .iter()
        .filter(|mount| mount.is_anonymous_volume() && !otherwise(&mount.target))
        .map(|mount| InheritedVolume { name: mount.name.clone(), target: mount.target.clone() })
        .collect();
    volumes.sort_by(|a, b| a.target.cmp(&b.target));
    volumes
}

/// The label docker compose writes: `service:condition:restart`, separated by commas.
fn dependency_label(service: &ServiceSpec) -> String {
    let mut label = String::new();
    for dependency in &service.depends_on {
        if !label.is_empty() {
            label.push(',');
        }
        let condition = match dependency.condition {
            Condition::Started => ":service_started:",
            Condition::Healthy => ":service_healthy:",
            Condition::Completed => ":service_completed_successfully:",
        };
        label.push_str(dependency.service.as_str());
        label.push_str(condition);
        label.push_str(if dependency.restart { "true" } else { "false" });
    }
    label
}
