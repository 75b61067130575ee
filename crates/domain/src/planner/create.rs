//! Creates one container.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::said;
use crate::command::FailureCode;
use crate::desired::{Attachment, Condition, MountKind, ServiceSpec};
use crate::ids::StepId;
use crate::labels::{self, Stamp};
use crate::names::ServiceName;
use crate::observation::{ApiVersion, ObservedContainer};
use crate::plan::{
    Cause, CreateContainer, InheritedVolume, NetworkTarget, PlannedAttachment, StepAction, Target,
};

use super::PlanningInput;
use super::builder::{Builder, Scope};
use super::converge::Work;
use super::deploy::Fitting;
use super::images::Images;
use super::index::Index;
use super::namespaces::Kin;
use super::networks::Networks;
use super::slots::SlotState;
use super::step_set::StepSet;

/// What creating containers depends on.
pub(super) struct Creator<'p, 'a> {
    pub(super) input: &'p PlanningInput<'a>,
    pub(super) index: &'p Index<'a>,
    pub(super) kin: &'p Kin<'a>,
    pub(super) networks: &'p Networks<'a>,
    pub(super) volumes: &'p BTreeMap<&'p str, StepId>,
    pub(super) images: &'p Images,
    pub(super) stamp: &'p Stamp,
    /// The containers of slot 1 so far, of services that others share namespaces or volumes with.
    pub(super) first: &'p HashMap<&'a ServiceName, Target>,
}

/// A container that a plan creates.
pub(super) struct Creation {
    /// The container.
    pub(super) target: Target,
    /// The steps after which it is created and attached to all its networks.
    pub(super) ready: StepSet,
    /// It was created with a temporary name.
    pub(super) needs_rename: bool,
}

impl Creator<'_, '_> {
    /// Creates the missing containers of a service.
    pub(super) fn create_missing(&self, builder: &mut Builder, work: &mut Work<'_>) {
        for slot in work.slots.iter().filter(|slot| slot.keep.is_none()) {
            if let Some(made) = self.create(builder, work, slot) {
                work.made.insert(slot.slot, made);
            }
        }
    }

    /// `None` if something prevents it; the plan then contains a blocker.
    fn create(&self, builder: &mut Builder, work: &Work<'_>, slot: &SlotState<'_>) -> Option<Creation> {
        let Work { service, image, .. } = work;
        let name = self.name(builder, service, slot)?;
        let parents = self.parents_of(builder, work)?;
        let mut after: StepSet = parents.values().filter_map(Target::made_by).collect();
        after.extend(self.images.step(image));
        after.extend(self.volume_steps(service));
        let (joined, later) = self.split_attachments(service, slot)?;
        after.extend(joined.iter().filter_map(|planned| made_by(&planned.network)));

        let spec = match self.kin.by_service(service, &work.parents) {
            Cow::Borrowed(_) => Arc::clone(&service.container),
            Cow::Owned(spec) => Arc::new(spec),
        };
        let mut labels = self.stamp.container_labels(
            &spec.labels,
            &service.name,
            slot.slot,
            &service.hash,
            dependency_label(service),
        );
        // The image has it too, but a plan must name all identifying labels of its containers.
        let built = service.build.iter().map(|build| (labels::BUILD.into(), build.hash.as_str().into()));
        labels.extend(built);
        labels.extend(service.mounted.iter().map(|files| (labels::FILES.into(), files.hash().into())));
        if !service.secrets.is_empty() {
            labels.insert(labels::SECRETS.into(), service.secrets.to_string().into());
        }
        for (taken_over, _) in slot.stale.iter().filter(|(c, _)| c.labels.contains_key(labels::COMPOSE_FILES))
        {
            builder.note(said::copied_files_are_lost(&taken_over.name));
        }
        let scope = Scope::slot(&service.name, slot.slot);
        let cause = slot.stale.first().map_or(Cause::Missing, |(_, cause)| cause.clone());
        let action = StepAction::CreateContainer(Box::new(CreateContainer {
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
        let step = builder.step(scope, action, cause, &after);
        let target = Target::New { step, name: name.clone() };
        let mut ready = StepSet::from(step);
        for planned in later {
            let mut after = StepSet::from(step);
            after.extend(made_by(&planned.network));
            let PlannedAttachment { network, attachment } = planned;
            let attachment = Box::new(attachment);
            let action = StepAction::ConnectNetwork { container: target.clone(), network, attachment };
            ready.insert(builder.step(scope, action, Cause::Missing, &after));
        }
        // Before anything is interrupted: it may take a while, and may fail.
        let fitting = Fitting { scope, service, target: &target, container: None };
        let ready = fitting.put(builder, &ready);
        Some(Creation { target, ready, needs_rename: name != slot.name })
    }

    /// The final name if it is free; a temporary one if one of our containers has it and will release it.
    fn name(&self, builder: &mut Builder, service: &ServiceSpec, slot: &SlotState<'_>) -> Option<String> {
        let Some(holder) = self.index.host.by_name.get(slot.name.as_str()) else {
            return Some(slot.name.clone());
        };
        if !self.index.owns(&holder.id) {
            let message = said::container_name_in_use(&slot.name, &holder.image);
            let hint = said::rename_or_set_container_name();
            builder.blocker(FailureCode::NameForeign, &slot.name, message, Some(hint));
            return None;
        }
        let base = format!("{}.next-{}", slot.name, service.hash.short());
        let numbered = (2..).map(|n| format!("{base}-{n}"));
        std::iter::once(base.clone())
            .chain(numbered)
            .find(|name| !self.index.host.by_name.contains_key(name.as_str()))
    }

    fn parents_of(&self, builder: &mut Builder, work: &Work<'_>) -> Option<BTreeMap<ServiceName, Target>> {
        let service = work.service;
        let mut parents = BTreeMap::new();
        for (parent, _) in &work.parents {
            let Some(target) = self.first.get(parent) else {
                let message = said::shared_service_has_no_container(&service.name, parent);
                builder.blocker(FailureCode::DependencyFailed, service.name.as_str(), message, None);
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

    /// Older engines accept one network in the create call; the others are connected one by one.
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

/// The names docker compose gives a container on a network: the container's, the service's, and the listed aliases.
pub(super) fn names<'n>(
    attachment: &'n Attachment,
    service: &'n ServiceSpec,
    container_name: &'n str,
) -> impl Iterator<Item = &'n str> + Clone {
    [container_name, service.name.as_str()].into_iter().chain(attachment.aliases.iter().map(String::as_str))
}

/// The attachment with all names, without duplicates.
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

/// Anonymous volumes stay with the slot: the successor mounts them by name in its create call, before the predecessor
/// is removed. A path that the definition now mounts differently is not taken over.
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
