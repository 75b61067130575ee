//! The slots of a service and the artifacts of a version in them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{DesiredStack, ServiceSpec};
use crate::artifact::{Artifact, ArtifactDigest, ArtifactForm, Artifacts, DeploySlot, SlotContent, SlotKey};
use crate::names::ServiceName;

/// A slot, and what the version has for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesiredSlot {
    /// The declaration.
    pub slot: DeploySlot,
    /// The artifact; `None` as long as nobody has deployed one.
    pub artifact: Option<Artifact>,
    /// Trees of earlier versions without a file that this artifact lacks: it can be put over them.
    #[serde(default)]
    pub covers: BTreeSet<ArtifactDigest>,
}

impl DesiredSlot {
    /// What a container should have in the slot.
    pub fn content(&self) -> Option<SlotContent> {
        self.artifact.as_ref().map(|artifact| self.slot.content(artifact))
    }

    /// Whether files of `former` would remain in a container in which this content is put over it.
    pub fn leaves(&self, former: &SlotContent) -> bool {
        let Some(next) = self.content() else { return true };
        if next.path != former.path || next.form != former.form {
            return true;
        }
        next.form == ArtifactForm::Tree
            && next.digest != former.digest
            && !self.covers.contains(&former.digest)
    }
}

impl DesiredStack {
    /// With the artifacts of its version. `earlier` are those that any version has had, to see which trees can be put over
    /// which. Artifacts for slots that are not declared are left out.
    #[must_use]
    pub fn with_artifacts(mut self, artifacts: &Artifacts, earlier: &[(SlotKey, Artifact)]) -> Self {
        for service in &mut self.services {
            let ServiceSpec { name, slots, .. } = service;
            for slot in slots {
                let key = SlotKey { service: name.clone(), slot: slot.slot.name.clone() };
                let Some(artifact) = artifacts.get(&key) else { continue };
                let former = earlier.iter().filter(|(of, former)| *of == key && former.form == artifact.form);
                let covered = former.filter(|(_, former)| former.paths.missing_in(&artifact.paths) == 0);
                slot.covers = covered.map(|(_, former)| former.digest).collect();
                slot.artifact = Some(artifact.clone());
            }
        }
        self
    }

    /// Whether it is the same as `other` but for the artifacts of one service.
    pub fn differs_only_in_artifacts_of(&self, service: &ServiceName, other: &Self) -> bool {
        let of_service = |spec: &ServiceSpec| {
            let mut spec = spec.clone();
            for slot in &mut spec.slots {
                // What can be put over earlier trees follows from the artifacts.
                slot.covers.clear();
                slot.artifact = slot.artifact.take().filter(|_| spec.name != *service);
            }
            spec
        };
        (&self.name, &self.networks, &self.volumes) == (&other.name, &other.networks, &other.volumes)
            && self.services.iter().map(of_service).eq(other.services.iter().map(of_service))
    }

    /// The declared slots.
    pub fn slots(&self) -> impl Iterator<Item = (SlotKey, &DeploySlot)> {
        self.services.iter().flat_map(|service| {
            let key = |slot: &DeploySlot| SlotKey { service: service.name.clone(), slot: slot.name.clone() };
            service.slots.iter().map(move |desired| (key(&desired.slot), &desired.slot))
        })
    }

    /// Whether a slot takes trees.
    pub fn takes_trees(&self) -> bool {
        self.slots().any(|(_, slot)| slot.form == ArtifactForm::Tree)
    }
}
