//! What a definition asks of the host.

use std::collections::BTreeSet;

use super::{Restricted, of_build, of_container, of_image, of_network, of_volume};
use crate::desired::DesiredStack;

/// Something that a definition asks of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// What.
    pub what: Restricted,
    /// The service, or the key of the volume or network, that asks.
    pub owner: String,
    /// Which one, in the form in which a policy has it.
    pub value: String,
    /// Where in the definition: the path of an attribute, such as `services.web.cap_add`.
    pub path: String,
}

/// What is asked of the host by whom.
pub(super) struct Asker<'a> {
    /// See [`Demand::owner`].
    pub(super) owner: &'a str,
    /// Where its attributes are.
    pub(super) path: String,
}

impl Asker<'_> {
    pub(super) fn wants(&self, what: Restricted, value: impl Into<String>, attribute: &str) -> Demand {
        let path = format!("{}.{attribute}", self.path);
        Demand { what, owner: self.owner.to_owned(), value: value.into(), path }
    }
}

/// The names of the volumes and networks that the stack makes itself.
#[derive(Debug, Clone, Default)]
pub struct Own<'a> {
    /// Volumes.
    pub volumes: BTreeSet<&'a str>,
    /// Networks.
    pub networks: BTreeSet<&'a str>,
    /// Services.
    pub services: BTreeSet<&'a str>,
    /// Those of the services whose images are built.
    pub built: BTreeSet<&'a str>,
    /// The folder of its files; empty if it is not known.
    pub folder: &'a str,
}

impl<'a> Own<'a> {
    /// What belongs to `desired`, whose files are in `folder`.
    pub fn of(desired: &'a DesiredStack, folder: &'a str) -> Self {
        let volumes = desired.volumes.iter().filter(|volume| !volume.external);
        let networks = desired.networks.iter().filter(|network| !network.external);
        let built = desired.services.iter().filter(|service| service.build.is_some());
        Self {
            volumes: volumes.map(|volume| volume.name.as_str()).collect(),
            networks: networks.map(|network| network.name.as_str()).collect(),
            services: desired.services.iter().map(|service| service.name.as_str()).collect(),
            built: built.map(|service| service.name.as_str()).collect(),
            folder,
        }
    }

    /// Whether the image of a service comes from elsewhere.
    pub fn takes_image(&self, service: &str) -> bool {
        !self.built.contains(service)
    }
}

/// Everything that a definition asks of the host, in the order of its services, volumes and networks. `folder` is that of its
/// files.
pub fn demands(desired: &DesiredStack, folder: &str) -> Vec<Demand> {
    let own = Own::of(desired, folder);
    let mut demands = Vec::new();
    for service in &desired.services {
        let owner = service.name.as_str();
        demands.extend(of_container(owner, &service.container, &own));
        match &service.build {
            Some(build) => demands.push(of_build(owner, build)),
            None => demands.push(of_image(owner, service.image())),
        }
    }
    let volumes = desired.volumes.iter().filter(|volume| !volume.external);
    demands.extend(volumes.flat_map(|volume| of_volume(volume, &own)));
    let networks = desired.networks.iter().filter(|network| !network.external);
    demands.extend(networks.flat_map(of_network));
    demands
}
