//! Objects that were there before the stack, and belong to it since.
//!
//! Labels of a container cannot be changed, so the containers of an imported project do not say whose they are. The
//! stack remembers it instead, and [`present`] shows every observation as if the objects carried the labels they would
//! have been made with. Everything after that, the planner first of all, knows no difference.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::desired::SpecHash;
use crate::ids::{ContainerId, InstanceId, NetworkId, Slot, StackId, VersionNumber};
use crate::labels::{self, Ownership};
use crate::names::ServiceName;
use crate::observation::{Observation, ObservedEndpoint};

/// What one stack has adopted. A container that is replaced gets labels of its own, so these only lose their meaning
/// one by one, and never gain any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The stack.
    pub stack_id: StackId,
    /// The version that describes the objects.
    pub version: VersionNumber,
    /// Containers.
    pub containers: Vec<AdoptedContainer>,
    /// Networks.
    pub networks: Vec<AdoptedNetwork>,
    /// Volumes.
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
    /// The hash of the definition that it counts as made from.
    pub spec: SpecHash,
}

/// A network and its place in the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedNetwork {
    /// Engine id.
    pub id: NetworkId,
    /// Its key in the file.
    pub key: String,
    /// The hash of the definition that it counts as made from.
    pub spec: SpecHash,
}

/// A volume and its place in the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdoptedVolume {
    /// Its name, which is its identity.
    pub name: String,
    /// Its key in the file.
    pub key: String,
    /// The hash of the definition that it counts as made from.
    pub spec: SpecHash,
}

/// The adopted containers, which an engine has to look at in full although they do not carry our labels.
pub fn adopted_containers(adoptions: &[Adoption]) -> BTreeSet<ContainerId> {
    adoptions.iter().flat_map(|adoption| &adoption.containers).map(|container| container.id.clone()).collect()
}

/// Gives adopted objects the labels they would have been made with. What carries such labels already keeps its own.
pub fn present(observation: &mut Observation, instance: InstanceId, adoptions: &[Adoption]) {
    for adoption in adoptions {
        adoption.present(observation, instance);
    }
}

impl Adoption {
    /// Whether `observation` shows the objects as the stack's, or without any of them.
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
        // Somebody made it on purpose since, us or another installation: what it says itself is the truth.
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

/// A network that somebody attached by hand came without the name of the service; it runs like that, and stays so.
fn present_alias(endpoint: &mut ObservedEndpoint, service: &ServiceName) {
    if !endpoint.aliases.iter().any(|alias| alias == service.as_str()) {
        endpoint.aliases.push(service.to_string());
    }
}

#[cfg(test)]
mod tests;
