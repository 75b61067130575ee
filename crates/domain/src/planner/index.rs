//! Indexes the observation once, so that the rules do not have to search.

use std::collections::HashMap;

use crate::desired::BuildHash;
use crate::ids::{ContainerId, ImageId, Slot};
use crate::image::ImageRef;
use crate::labels;
use crate::names::ServiceName;
use crate::observation::{
    ContainerState, HostObservation, ObservedContainer, ObservedImage, ObservedNetwork, ObservedVolume,
    Occupant,
};

use super::PlanningInput;

/// The length of a shortened id, as the engine shows it.
const SHORT_ID: usize = 12;

/// What all stacks of a host share, indexed for the rules. It takes longer to make than most plans, so whoever plans many
/// stacks on one observation makes it once.
#[derive(Debug)]
pub struct HostIndex<'a> {
    /// Every container of the host by name.
    pub(super) by_name: HashMap<&'a str, &'a Occupant>,
    /// Running containers by the host port they use.
    pub(super) by_port: HashMap<(&'a str, u16), Vec<(&'a str, &'a Occupant)>>,
    /// Every network of the host by name.
    pub(super) networks: HashMap<&'a str, Vec<&'a ObservedNetwork>>,
    /// Containers of the host by the name of a network they are attached to.
    pub(super) attached: HashMap<&'a str, Vec<&'a Occupant>>,
    /// Every volume of the host by name.
    pub(super) volumes: HashMap<&'a str, &'a ObservedVolume>,
    occupants: HashMap<&'a str, &'a Occupant>,
    images: HashMap<String, &'a ObservedImage>,
}

/// The observation, indexed for the rules.
pub(super) struct Index<'a> {
    /// Containers of this stack by the service in their labels, sorted by slot.
    pub(super) services: HashMap<Option<&'a str>, Vec<(Slot, &'a ObservedContainer)>>,
    /// What all stacks share.
    pub(super) host: &'a HostIndex<'a>,
    by_id: HashMap<&'a ContainerId, &'a ObservedContainer>,
}

impl<'a> HostIndex<'a> {
    /// Indexes a host.
    pub fn new(host: &'a HostObservation) -> Self {
        let mut index = Self {
            by_name: HashMap::with_capacity(host.occupants.len()),
            by_port: HashMap::new(),
            networks: HashMap::new(),
            attached: HashMap::new(),
            volumes: host.volumes.iter().map(|volume| (volume.name.as_str(), volume)).collect(),
            occupants: HashMap::with_capacity(host.occupants.len()),
            images: HashMap::new(),
        };
        for occupant in &host.occupants {
            index.by_name.insert(&occupant.name, occupant);
            index.occupants.insert(occupant.id.as_str(), occupant);
            for network in &occupant.networks {
                index.attached.entry(network).or_default().push(occupant);
            }
            for port in occupant.ports.iter().filter(|port| occupant.up && port.host_port != 0) {
                let holders = index.by_port.entry((port.protocol.as_str(), port.host_port)).or_default();
                holders.push((port.host_ip.as_str(), occupant));
            }
        }
        for network in &host.networks {
            index.networks.entry(&network.name).or_default().push(network);
        }
        for image in &host.images {
            index.images.insert(image.id.as_str().to_owned(), image);
            for name in image.tags.iter().chain(&image.digests) {
                index.images.insert(ImageRef::from(name.as_str()).familiar(), image);
            }
        }
        index
    }
}

impl<'a> Index<'a> {
    /// Indexes the containers of the stack beside its host.
    pub(super) fn new(input: &PlanningInput<'a>, host: &'a HostIndex<'a>) -> Self {
        let mut index = Self { services: HashMap::new(), host, by_id: HashMap::new() };
        for container in &input.observed.containers {
            if container.belongs_to(input.provenance.instance, input.provenance.stack_id) {
                let service = container.labels.get(labels::SERVICE).map(String::as_str);
                let slot = container.slot().unwrap_or(Slot(0));
                index.services.entry(service).or_default().push((slot, container));
                index.by_id.insert(&container.id, container);
            }
        }
        for containers in index.services.values_mut() {
            containers.sort_by_key(|(slot, _)| *slot);
        }
        index
    }

    /// The image that `reference` currently resolves to on this host.
    pub(super) fn image(&self, reference: &ImageRef) -> Option<&'a ImageId> {
        self.found(reference).map(|image| &image.id)
    }

    /// The same, if it was built from `hash`.
    pub(super) fn built(&self, reference: &ImageRef, hash: &BuildHash) -> Option<&'a ImageId> {
        self.found(reference).filter(|image| image.build.as_ref() == Some(hash)).map(|image| &image.id)
    }

    fn found(&self, reference: &ImageRef) -> Option<&'a ObservedImage> {
        let images = &self.host.images;
        images.get(reference.as_str()).or_else(|| images.get(&reference.familiar())).copied()
    }

    /// The containers of one slot.
    pub(super) fn slot<'s>(
        &'s self,
        service: &'s ServiceName,
        slot: Slot,
    ) -> impl Iterator<Item = &'a ObservedContainer> + use<'s, 'a> {
        let containers = self.services.get(&Some(service.as_str())).map_or(&[][..], Vec::as_slice);
        let start = containers.partition_point(|(other, _)| *other < slot);
        let rest = containers.get(start..).unwrap_or_default();
        rest.iter().take_while(move |(other, _)| *other == slot).map(|(_, container)| *container)
    }

    /// The containers of one service in all slots; `None` for those without a service.
    pub(super) fn of_service<'s>(
        &'s self,
        service: Option<&'s str>,
    ) -> impl Iterator<Item = &'a ObservedContainer> + use<'s, 'a> {
        self.services.get(&service).into_iter().flatten().map(|(_, container)| *container)
    }

    /// Every container of this stack, sorted by service and slot.
    pub(super) fn containers(&self) -> impl Iterator<Item = &'a ObservedContainer> {
        let mut services: Vec<_> = self.services.iter().collect();
        services.sort_unstable_by_key(|(service, _)| **service);
        services.into_iter().flat_map(|(_, containers)| containers).map(|(_, container)| *container)
    }

    /// Any container of the host, by id.
    pub(super) fn by_id(&self, id: &str) -> Option<&'a Occupant> {
        self.host.occupants.get(id).copied()
    }

    /// Any container of the host by name, id, or the beginning of an id, as the engine looks it up.
    pub(super) fn occupant(&self, name: &str) -> Option<&'a Occupant> {
        let HostIndex { occupants, by_name, .. } = self.host;
        let exact = occupants.get(name).or_else(|| by_name.get(name)).copied();
        exact.or_else(|| {
            let is_id = name.len() >= SHORT_ID && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            let mut found = occupants.values().filter(|o| is_id && o.id.as_str().starts_with(name));
            found.next().copied()
        })
    }

    /// Whether a container of this stack has this id.
    pub(super) fn owns(&self, id: &ContainerId) -> bool {
        self.by_id.contains_key(id)
    }

    /// The container of this stack with this id.
    pub(super) fn container(&self, id: &ContainerId) -> Option<&'a ObservedContainer> {
        self.by_id.get(id).copied()
    }
}

/// Whether it can only be removed.
pub(super) fn is_dead(container: &ObservedContainer) -> bool {
    matches!(container.state, ContainerState::Dead | ContainerState::Removing)
}
