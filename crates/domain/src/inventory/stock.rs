//! The inventory with what is known about it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Belongs, HostNeeds, Inventory, InventoryContainer, InventoryImage, InventoryNetwork, InventoryVolume,
    Keeper, Prunable, Standing,
};
use crate::ids::{ContainerId, ImageId, InstanceId, NetworkId, StackId};
use crate::labels::Ownership;
use crate::observation::{HostObservation, ObjectKind};

/// The inventory of a host with whose its objects are, and what stacks need of it.
#[derive(Debug, Clone)]
pub struct Stock {
    inventory: Inventory,
    needs: HostNeeds,
    owners: BTreeMap<(ObjectKind, String), Belongs>,
    image_users: HashMap<ImageId, Vec<usize>>,
    volume_users: HashMap<String, Vec<usize>>,
    network_users: HashMap<NetworkId, Vec<usize>>,
}

impl Stock {
    /// `observed` says whose the objects are: it has the labels of this `instance` only on what a command created or a stack
    /// adopted. It should be as new as the inventory; what it does not have stays.
    pub fn new(
        inventory: Inventory,
        observed: &HostObservation,
        needs: HostNeeds,
        instance: InstanceId,
    ) -> Self {
        let owners = owners(observed, instance);
        let mut stock = Self {
            inventory,
            needs,
            owners,
            image_users: HashMap::new(),
            volume_users: HashMap::new(),
            network_users: HashMap::new(),
        };
        for (place, container) in stock.inventory.containers.iter().enumerate() {
            stock.image_users.entry(container.image_id.clone()).or_default().push(place);
            for volume in &container.volumes {
                stock.volume_users.entry(volume.clone()).or_default().push(place);
            }
            for network in &container.networks {
                stock.network_users.entry(network.clone()).or_default().push(place);
            }
        }
        stock
    }

    /// What the host has.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// What stacks need.
    pub fn needs(&self) -> &HostNeeds {
        &self.needs
    }

    /// The container with this id.
    pub fn container(&self, id: &ContainerId) -> Option<&InventoryContainer> {
        self.inventory.containers.iter().find(|container| container.id == *id)
    }

    /// Whose the container is.
    pub fn owner_of(&self, container: &ContainerId) -> Belongs {
        self.belongs(ObjectKind::Container, container.as_str())
    }

    /// How an image stands. Without the containers in `doomed`, which are removed before.
    pub fn image(&self, image: &InventoryImage, doomed: &BTreeSet<ContainerId>) -> Standing {
        let users = self.users(self.image_users.get(&image.id), doomed);
        let need = self.needs.image(image);
        let prunable = match (users.first(), need) {
            (Some(user), _) => Prunable::No(Keeper::Container(user.name.clone())),
            (None, Some(need)) => {
                Prunable::No(Keeper::Image(need, self.needs.stacks.get(&need.stack_id).cloned()))
            }
            (None, None) => Prunable::Freely,
        };
        // Images are shared, so they belong to nobody; this only says who had it built.
        let belongs = image.built_for.filter(|stack| self.needs.stacks.contains_key(stack));
        standing(belongs.map_or(Belongs::Foreign, Belongs::Stack), &users, prunable)
    }

    /// How a volume stands.
    pub fn volume(&self, volume: &InventoryVolume, doomed: &BTreeSet<ContainerId>) -> Standing {
        let users = self.users(self.volume_users.get(&volume.name), doomed);
        let belongs = self.belongs(ObjectKind::Volume, &volume.name);
        let prunable = self.prunable(belongs, users.first().copied());
        standing(belongs, &users, prunable)
    }

    /// How a network stands.
    pub fn network(&self, network: &InventoryNetwork, doomed: &BTreeSet<ContainerId>) -> Standing {
        let users = self.users(self.network_users.get(&network.id), doomed);
        let belongs = if network.is_predefined() {
            Belongs::Engine
        } else {
            self.belongs(ObjectKind::Network, network.id.as_str())
        };
        let prunable = self.prunable(belongs, users.first().copied());
        standing(belongs, &users, prunable)
    }

    /// How a container stands.
    pub fn of_container(&self, container: &InventoryContainer) -> Standing {
        let belongs = self.owner_of(&container.id);
        let prunable = match self.prunable(belongs, None) {
            Prunable::ByName if container.up => Prunable::No(Keeper::Running),
            prunable => prunable,
        };
        standing(belongs, &[], prunable)
    }

    fn prunable(&self, belongs: Belongs, user: Option<&InventoryContainer>) -> Prunable {
        match (belongs, user) {
            (Belongs::Engine, _) => Prunable::No(Keeper::Engine),
            (Belongs::CoreMonitor, _) => Prunable::No(Keeper::CoreMonitor),
            (_, Some(user)) => Prunable::No(Keeper::Container(user.name.clone())),
            (Belongs::Stack(stack), None) => {
                Prunable::No(Keeper::Stack(self.needs.stacks.get(&stack).cloned()))
            }
            (Belongs::Unseen, None) => Prunable::No(Keeper::Unseen),
            (Belongs::Foreign | Belongs::Spoofed(_), None) => Prunable::ByName,
        }
    }

    fn belongs(&self, kind: ObjectKind, id: &str) -> Belongs {
        self.owners.get(&(kind, id.to_owned())).copied().unwrap_or(Belongs::Unseen)
    }

    fn users(&self, places: Option<&Vec<usize>>, doomed: &BTreeSet<ContainerId>) -> Vec<&InventoryContainer> {
        let users = places.into_iter().flatten().filter_map(|place| self.inventory.containers.get(*place));
        users.filter(|container| !doomed.contains(&container.id)).collect()
    }
}

fn standing(belongs: Belongs, users: &[&InventoryContainer], prunable: Prunable) -> Standing {
    Standing { belongs, users: users.iter().map(|user| user.id.clone()).collect(), prunable }
}

/// Whose every object of the observation is, by what identifies it on the engine.
fn owners(observed: &HostObservation, instance: InstanceId) -> BTreeMap<(ObjectKind, String), Belongs> {
    let ours = |labels| Ownership::read(labels).filter(|owner| owner.instance == instance);
    let stack = |stack: Option<StackId>| stack.map_or(Belongs::Foreign, Belongs::Stack);
    let containers = observed.occupants.iter().map(|occupant| {
        let belongs = if occupant.component {
            Belongs::CoreMonitor
        } else {
            stack(occupant.owner.filter(|_| occupant.ours))
        };
        ((ObjectKind::Container, occupant.id.to_string()), belongs)
    });
    let networks = observed.networks.iter().map(|network| {
        let owner = ours(&network.labels).map(|owner| owner.stack_id);
        ((ObjectKind::Network, network.id.to_string()), stack(owner))
    });
    let volumes = observed.volumes.iter().map(|volume| {
        let owner = ours(&volume.labels).map(|owner| owner.stack_id).or(volume.anonymous_of);
        ((ObjectKind::Volume, volume.name.clone()), stack(owner))
    });
    let mut owners: BTreeMap<_, _> = containers.chain(networks).chain(volumes).collect();
    for object in &observed.spoofed {
        owners.insert((object.kind, object.id.clone()), Belongs::Spoofed(object.stack_id));
    }
    owners
}

#[cfg(test)]
mod tests;
