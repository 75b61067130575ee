//! Adoption: objects that existed before the stack and now belong to it.
//!
//! Labels of a container cannot be changed, so the containers of an imported project have no ownership labels. The
//! stack records them instead, and [`present`] adds to every observation the labels that the objects would have been
//! created with. The planner and everything else then treat them like other objects.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::desired::SpecHash;
use crate::ids::{ContainerId, InstanceId, NetworkId, Slot, StackId, VersionNumber};
use crate::labels::{self, Ownership};
use crate::names::ServiceName;
use crate::observation::{Observation, ObservedEndpoint};

/// What one stack has adopted. Replacements of these containers have labels of their own, so the list is never
/// extended, and its entries become irrelevant one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The stack.
    pub stack_id: StackId,
    /// The version that describes the objects.
    pub version: VersionNumber,
    /// The adopted containers.
    pub containers: Vec<AdoptedContainer>,
    /// The adopted networks.
    pub networks: Vec<AdoptedNetwork>,
    /// The adopted volumes.
    pub volumes: Vec<AdoptedVolume>,
}

/// A container and its place in the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedContainer {
    /// Engine id.
    pub id: ContainerId,
    /// Its service.
    pub service: ServiceName,
    /// Its replica number.
    pub slot: Slot,
    /// The hash of the definition it is treated as created from.
    pub spec: SpecHash,
}

/// A network and its place in the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedNetwork {
    /// Engine id.
    pub id: NetworkId,
    /// Its key in the file.
    pub key: String,
    /// The hash of the definition it is treated as created from.
    pub spec: SpecHash,
}

/// A volume and its place in the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedVolume {
    /// Its name, which identifies it.
    pub name: String,
    /// Its key in the file.
    pub key: String,
    /// The hash of the definition it is treated as created from.
    pub spec: SpecHash,
}

/// The adopted containers, which an engine has to report in full although they do not have our labels.
pub fn adopted_containers(adoptions: &[Adoption]) -> BTreeSet<ContainerId> {
    adoptions.iter().flat_map(|adoption| &adoption.containers).map(|container| container.id.clone()).collect()
}

/// Adds the labels that adopted objects would have been created with. Existing labels of this kind are kept.
pub fn present(observation: &mut Observation, instance: InstanceId, adoptions: &[Adoption]) {
    for adoption in adoptions {
        adoption.present(observation, instance);
    }
}

/// Takes the labels of a stack that is gone, and has left its containers and networks as they were, from them: they belong to
/// nobody, and may be adopted. Its named volumes keep theirs, as a stack of the same name takes them over.
pub fn disown(observation: &mut Observation, gone: StackId) {
    let is_former = |labels: &BTreeMap<String, String>| {
        Ownership::read(labels).is_some_and(|owner| owner.stack_id == gone)
    };
    for container in observation.containers.iter_mut().filter(|container| is_former(&container.labels)) {
        labels::disown(&mut container.labels);
    }
    for network in observation.host.networks.iter_mut().filter(|network| is_former(&network.labels)) {
        labels::disown(&mut network.labels);
    }
    for occupant in observation.host.occupants.iter_mut().filter(|found| found.owner == Some(gone)) {
        (occupant.owner, occupant.ours) = (None, false);
    }
}

impl Adoption {
    /// Whether `observation` shows the objects as owned by the stack, or contains none of them.
    pub fn is_presented(&self, observation: &Observation) -> bool {
        let ours = |id: &ContainerId| self.containers.iter().any(|container| container.id == *id);
        let seen = observation.host.occupants.iter().filter(|occupant| ours(&occupant.id));
        let mut foreign = seen.filter(|occupant| occupant.owner.is_none());
        foreign.next().is_none()
    }

    /// Whether both have adopted the same object.
    pub fn shares_with(&self, other: &Self) -> bool {
        self.containers.iter().any(|one| other.containers.iter().any(|two| one.id == two.id))
            || self.networks.iter().any(|one| other.networks.iter().any(|two| one.id == two.id))
            || self.volumes.iter().any(|one| other.volumes.iter().any(|two| one.name == two.name))
    }

    fn present(&self, observation: &mut Observation, instance: InstanceId) {
        let containers: BTreeMap<_, _> = self.containers.iter().map(|known| (&known.id, known)).collect();
        for container in &mut observation.containers {
            if let Some(known) = containers.get(&container.id) {
                let place =
                    [(labels::SERVICE, known.service.to_string()), (labels::SLOT, known.slot.to_string())];
                self.label(&mut container.labels, instance, &known.spec, &place);
                for endpoint in container.networks.values_mut() {
                    present_alias(endpoint, &known.service);
                }
            }
        }
        for occupant in &mut observation.host.occupants {
            if occupant.owner.is_none() && containers.contains_key(&occupant.id) {
                occupant.owner = Some(self.stack_id);
                occupant.ours = true;
            }
        }
        for known in &self.networks {
            let found = observation.host.networks.iter_mut().find(|network| network.id == known.id);
            if let Some(network) = found {
                let place = [(labels::KEY, known.key.clone())];
                self.label(&mut network.labels, instance, &known.spec, &place);
            }
        }
        for known in &self.volumes {
            let found = observation.host.volumes.iter_mut().find(|volume| volume.name == known.name);
            if let Some(volume) = found {
                let place = [(labels::KEY, known.key.clone())];
                self.label(&mut volume.labels, instance, &known.spec, &place);
            }
        }
    }

    fn label(
        &self,
        labels: &mut BTreeMap<String, String>,
        instance: InstanceId,
        spec: &SpecHash,
        place: &[(&str, String)],
    ) {
        // Core Monitor created it on purpose since then, this installation or another one: its own labels are correct.
        if Ownership::read(labels).is_some() {
            return;
        }
        let common = [
            (labels::INSTANCE, instance.to_string()),
            (labels::STACK, self.stack_id.to_string()),
            (labels::SPEC, spec.to_string()),
            (labels::VERSION, self.version.to_string()),
        ];
        for (key, value) in common.iter().chain(place) {
            labels.insert((*key).to_owned(), value.clone());
        }
    }
}

/// A network that was connected manually lacks the alias of the service; the container works like that and is left as
/// it is.
fn present_alias(endpoint: &mut ObservedEndpoint, service: &ServiceName) {
    if !endpoint.aliases.iter().any(|alias| alias == service.as_str()) {
        endpoint.aliases.push(service.to_string());
    }
}

#[cfg(test)]
mod tests;
