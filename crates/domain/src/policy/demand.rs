//! What a definition asks of the host.

use std::collections::BTreeSet;

use super::{Restricted, of_build, of_container, of_image, of_network, of_volume};
use crate::desired::{DesiredStack, MountKind};
use crate::protection::{VolumeSource, is_own, is_within, plain};

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
    /// Whether it is a path of the stack's own that its containers can exchange for something else.
    pub is_exchangeable: bool,
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
        let owner = self.owner.to_owned();
        Demand { what, owner, value: value.into(), path, is_exchangeable: false }
    }
}

/// What is the stack's own.
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
    /// What of this folder its containers may write to, as plain paths.
    pub writable: BTreeSet<String>,
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
            writable: writable(desired, folder),
        }
    }

    /// Whether a path is in the folder of the stack's files.
    pub(super) fn has(&self, path: &str) -> bool {
        is_own(self.folder, path)
    }

    /// Whether a container may write to a folder that a path is in. It can put a link in its place then, which the engine follows.
    pub(super) fn can_exchange(&self, path: &str) -> bool {
        let path = plain(path);
        self.writable.iter().any(|folder| path != *folder && is_within(&path, folder))
    }

    /// Whether the image of a service comes from elsewhere.
    pub fn takes_image(&self, service: &str) -> bool {
        !self.built.contains(service)
    }
}

fn writable(desired: &DesiredStack, folder: &str) -> BTreeSet<String> {
    let mounts = desired.services.iter().flat_map(|service| &service.container.mounts);
    let binds = mounts.filter(|mount| !mount.read_only).filter_map(|mount| match &mount.kind {
        MountKind::Bind { source, .. } => Some(source.clone()),
        _ => None,
    });
    let volumes = desired.volumes.iter().filter(|volume| !volume.external).flat_map(|volume| {
        VolumeSource { driver: volume.driver.as_deref(), options: &volume.driver_opts }.host_paths()
    });
    let own = binds.chain(volumes).filter(|path| is_own(folder, path));
    own.map(|path| plain(&path)).collect()
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
