//! What a container or a volume would reach outside of its stack.

use std::collections::BTreeMap;

use crate::desired::{ContainerSpec, Mount, MountKind, NamespaceMode, NetworkMode};
use crate::observation::{HostObservation, Occupant};

/// How the engine names another container in a mode.
const CONTAINER: &str = "container:";
/// Options of the driver `local` that are paths of the host, besides `device`: those of an overlay.
const PATH_OPTIONS: [&str; 3] = ["lowerdir", "upperdir", "workdir"];

/// The paths of the host that a container mounts. Configs and secrets from files are among its mounts.
pub fn host_paths(spec: &ContainerSpec) -> impl Iterator<Item = &str> {
    host_mounts(spec).map(|(path, _)| path)
}

/// The same with the mounts themselves.
pub fn host_mounts(spec: &ContainerSpec) -> impl Iterator<Item = (&str, &Mount)> {
    spec.mounts.iter().filter_map(|mount| match &mount.kind {
        MountKind::Bind { source, .. } | MountKind::NamedPipe { source } => Some((source.as_str(), mount)),
        // The engine takes such a name for a path.
        MountKind::Volume { name: Some(name), .. } if name.contains('/') => Some((name.as_str(), mount)),
        MountKind::Volume { .. } | MountKind::Tmpfs { .. } => None,
    })
}

/// Whether a mount leaves what it is of as it is: relabelling it is a change, too.
pub fn is_read_only(mount: &Mount) -> bool {
    let is_relabelled =
        matches!(&mount.kind, MountKind::Bind { selinux: Some(label), .. } if !label.is_empty());
    mount.read_only && !is_relabelled
}

/// Where a volume has its files from.
#[derive(Debug, Clone, Copy)]
pub struct VolumeSource<'a> {
    /// The driver; `None` means the engine's default, `local`.
    pub driver: Option<&'a str>,
    /// Its options.
    pub options: &'a BTreeMap<String, String>,
}

impl VolumeSource<'_> {
    fn option(&self, name: &str) -> &str {
        self.options.get(name).map_or("", String::as_str)
    }

    fn words(&self) -> Vec<&str> {
        self.option("o").split(',').map(str::trim).collect()
    }

    /// Whether the driver `local` mounts the device as it is, whatever file system the options name.
    pub fn is_bind(&self) -> bool {
        self.words().iter().any(|word| matches!(*word, "bind" | "rbind" | "move"))
            || matches!(self.option("type"), "none" | "bind")
    }

    /// The paths of the host that the volume is made of. The driver `local` passes its options to `mount`, so a volume can be
    /// any folder of the host, also as a layer of an overlay.
    pub fn host_paths(&self) -> Vec<String> {
        if self.driver.is_some_and(|driver| driver != "local" && !driver.is_empty()) {
            return Vec::new();
        }
        let words = self.words();
        let device = self.option("device");
        // The engine mounts a relative device from its own folder, which is the root.
        let is_bound = self.is_bind();
        let mut paths = Vec::new();
        if device.starts_with('/') || (is_bound && !device.is_empty()) {
            paths.push(device.to_owned());
        }
        let of_overlay = words.iter().filter_map(|word| {
            let (name, layers) = word.split_once('=')?;
            PATH_OPTIONS.contains(&name).then_some(layers)
        });
        let layers = of_overlay.flat_map(|layers| layers.split(':')).filter(|layer| !layer.is_empty());
        paths.extend(layers.map(str::to_owned));
        paths
    }
}

/// The containers that a definition names to share namespaces or volumes with, by name or id. `is_service` tells the services
/// of the stack apart, since both look alike in `volumes_from`.
pub fn shared_containers(
    spec: &ContainerSpec,
    is_service: impl Fn(&str) -> bool,
) -> impl Iterator<Item = &str> {
    let network = match &spec.network_mode {
        NetworkMode::Container { container } => Some(container.as_str()),
        NetworkMode::Other { name } => name.strip_prefix(CONTAINER),
        _ => None,
    };
    let namespaces = [&spec.pid, &spec.ipc].into_iter().filter_map(of_mode);
    let volumes = spec.volumes_from.iter().filter_map(move |entry| {
        if let Some(container) = entry.strip_prefix(CONTAINER) {
            return container.split(':').next();
        }
        entry.split(':').next().filter(|name| !is_service(name))
    });
    network.into_iter().chain(namespaces).chain(volumes)
}

fn of_mode(mode: &NamespaceMode) -> Option<&str> {
    match mode {
        NamespaceMode::Engine { mode } => mode.strip_prefix(CONTAINER),
        NamespaceMode::Default | NamespaceMode::Service { .. } => None,
    }
}

/// The container of Core Monitor itself that a reference is to. The engine takes a name, an id, and the beginning of an id.
pub fn own_container<'h>(host: &'h HostObservation, reference: &str) -> Option<&'h Occupant> {
    let reference = reference.trim_start_matches('/');
    if reference.is_empty() {
        return None;
    }
    let mut all = host.occupants.iter();
    if let Some(exact) = all.find(|one| one.name == reference || one.id.as_str() == reference) {
        return Some(exact).filter(|one| one.component);
    }
    host.occupants.iter().find(|one| one.component && one.id.as_str().starts_with(reference))
}
