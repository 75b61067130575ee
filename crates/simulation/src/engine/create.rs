//! Creating containers.

use std::collections::BTreeMap;

use core_monitor_domain::desired::{
    Attachment, ContainerSpec, HealthcheckTest, Mount, MountKind, NamespaceMode, NetworkMode,
};
use core_monitor_domain::effect::{EffectOutcome, NewContainer};
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::observation::{ApiVersion, RunEnding, VolumeOrigin};
use core_monitor_domain::ports::EngineError;

use super::behaviour::Behaviour;
use super::container::{Container, End, MountPoint, Phase};
use super::outside::SimImage;
use super::world::{World, no_such_container};

impl World {
    pub(super) fn create_container(&mut self, new: &NewContainer) -> Result<EffectOutcome, EngineError> {
        self.refuse_ignored(new)?;
        let network_mode = self.by_id(network_mode(new)?)?;
        let pid_mode = self.by_id(namespace(new, &new.spec.pid, "")?)?;
        let ipc_mode = self.by_id(namespace(new, &new.spec.ipc, "private")?)?;
        refuse_bad_name(&new.name)?;
        let image = self.image(&new.image).cloned().ok_or_else(|| EngineError::ImageUnavailable {
            message: format!("No such image: {}", new.image),
        })?;
        self.refuse_missing_sources(&new.spec)?;
        self.refuse_taken_name(&new.name)?;
        let id = ContainerId(self.fresh_id());
        let mounts = self.mount_points(new, &image);
        let container = Container {
            id: id.clone(),
            name: new.name.clone(),
            image: new.image.0.clone(),
            image_id: image.id(),
            labels: image.labels.iter().chain(&new.labels).map(|(k, v)| (k.clone(), v.clone())).collect(),
            spec: new.spec.clone(),
            behaviour: self.behaviour(&new.spec, &image),
            has_health_check: has_health_check(&new.spec, &image),
            phase: Phase::Created,
            exit_code: 0,
            error: String::new(),
            ending: RunEnding::Unknown,
            restart_count: 0,
            created: self.tick,
            started: None,
            starts: 0,
            finished: None,
            endpoints: endpoints(new, &network_mode),
            network_mode,
            pid_mode,
            ipc_mode,
            mounts,
            ports: Vec::new(),
            logs: Vec::new(),
            files: BTreeMap::new(),
            hooks: Vec::new(),
            signals: Vec::new(),
        };
        self.containers.insert(id.clone(), container);
        self.notify("container", "create", id.as_str());
        Ok(EffectOutcome::Container { id, warnings: Vec::new() })
    }

    /// Rejects what this version of the API does not support.
    fn refuse_ignored(&self, new: &NewContainer) -> Result<(), EngineError> {
        let older = self.api < ApiVersion::ALL_NETWORKS_IN_CREATE;
        let start_interval = new.spec.healthcheck.as_ref().and_then(|check| check.start_interval_ms);
        if older && start_interval.is_some() {
            let message = format!(
                "`healthcheck.start_interval` needs engine API 1.44, but the engine has {}",
                self.api
            );
            return Err(EngineError::Refused { status: 400, message });
        }
        if older && new.attachments.len() > 1 {
            let names: Vec<&str> = new.attachments.iter().map(|(_, a)| a.network.as_str()).collect();
            let message = format!("Container cannot be connected to network endpoints: {}", names.join(", "));
            return Err(EngineError::Refused { status: 400, message });
        }
        Ok(())
    }

    fn refuse_missing_sources(&self, spec: &ContainerSpec) -> Result<(), EngineError> {
        for mount in &spec.mounts {
            if let MountKind::Bind { source, create_host_path: false, .. } = &mount.kind
                && self.missing_paths.contains(source)
            {
                let message = format!(
                    "invalid mount config for type \"bind\": bind source path does not exist: {source}"
                );
                return Err(EngineError::Refused { status: 400, message });
            }
        }
        Ok(())
    }

    /// A mode that refers to a container by name is kept with its id.
    fn by_id(&self, mode: String) -> Result<String, EngineError> {
        let Some(name) = mode.strip_prefix("container:") else { return Ok(mode) };
        let found = self.find_container(name).ok_or_else(|| no_such_container(name))?;
        Ok(format!("container:{}", found.id))
    }

    /// A name stays in use until its container is removed, and may be used by an invisible one.
    pub(super) fn refuse_taken_name(&self, name: &str) -> Result<(), EngineError> {
        let visible = self.containers.values().find(|c| c.name == name).map(|c| &c.id);
        let Some(holder) = visible.or_else(|| self.reserved_names.get(name)) else { return Ok(()) };
        let message =
            format!("Conflict. The container name \"/{name}\" is already in use by container \"{holder}\".");
        Err(EngineError::NameTaken { message, holder: Some(holder.clone()) })
    }

    fn behaviour(&self, spec: &ContainerSpec, image: &SimImage) -> Behaviour {
        let words = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
        let line = [words(&spec.entrypoint), words(&spec.command)].concat().join(" ");
        self.commands.get(&line).unwrap_or(&image.behaviour).clone()
    }

    /// Mounts have different targets here, so their order does not matter.
    fn mount_points(&mut self, new: &NewContainer, image: &SimImage) -> Vec<MountPoint> {
        let mut points: Vec<MountPoint> = Vec::new();
        for volume in &new.inherited {
            self.ensure_volume(&volume.name);
            points.push(volume_point(&volume.name, &volume.target, true, VolumeOrigin::Named));
        }
        for mount in &new.spec.mounts {
            if !points.iter().any(|point| point.target == mount.target) {
                let point = self.mount_point(mount);
                points.push(point);
            }
        }
        for point in self.volumes_from(new) {
            if !points.iter().any(|known| known.target == point.target) {
                points.push(point);
            }
        }
        // Beside those of other containers, the engine does not show which ones it made.
        let origin = if new.spec.volumes_from.is_empty() { VolumeOrigin::Own } else { VolumeOrigin::Unknown };
        for target in &image.volumes {
            let covered =
                points.iter().any(|point| point.target == *target) || new.spec.tmpfs.contains_key(target);
            if !covered {
                let name = self.anonymous_volume();
                points.push(MountPoint { origin, ..volume_point(&name, target, true, VolumeOrigin::Own) });
            }
        }
        points.sort_by(|a, b| a.target.cmp(&b.target));
        points
    }

    fn mount_point(&mut self, mount: &Mount) -> MountPoint {
        let (target, read_write) = (mount.target.clone(), !mount.read_only);
        let plain = |kind, source: &str| MountPoint {
            kind,
            volume: String::new(),
            source: source.to_owned(),
            target: target.clone(),
            read_write,
            anonymous: false,
            origin: VolumeOrigin::Unknown,
        };
        match &mount.kind {
            MountKind::Volume { name: Some(name), .. } => {
                self.ensure_volume(name);
                volume_point(name, &target, read_write, VolumeOrigin::Named)
            }
            MountKind::Volume { name: None, .. } => {
                let name = self.anonymous_volume();
                volume_point(&name, &target, read_write, VolumeOrigin::Own)
            }
            MountKind::Bind { source, create_host_path, .. } => {
                if *create_host_path {
                    self.missing_paths.remove(source);
                }
                plain("bind", source)
            }
            MountKind::Tmpfs { .. } => plain("tmpfs", ""),
            MountKind::NamedPipe { source } => plain("npipe", source),
        }
    }

    fn volumes_from(&self, new: &NewContainer) -> Vec<MountPoint> {
        let mut points = Vec::new();
        for entry in &new.spec.volumes_from {
            let (entry, foreign) = match entry.strip_prefix("container:") {
                Some(name) => (name, true),
                None => (entry.as_str(), false),
            };
            let (name, read_only) = match entry.split_once(':') {
                Some((name, mode)) => (name, mode == "ro"),
                None => (entry, false),
            };
            let parent = new.parents.iter().find(|(service, _)| !foreign && service.as_str() == name);
            let holder = parent.map_or(name, |(_, id)| id.as_str());
            let theirs = self.find_container(holder).map(|c| c.mounts.clone()).unwrap_or_default();
            points.extend(theirs.into_iter().map(|point| MountPoint {
                anonymous: false,
                origin: VolumeOrigin::Unknown,
                read_write: point.read_write && !read_only,
                ..point
            }));
        }
        points
    }
}

pub(super) fn refuse_bad_name(name: &str) -> Result<(), EngineError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let starts = name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    if starts && name.len() > 1 && name.chars().all(allowed) {
        return Ok(());
    }
    let message = format!("Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    Err(EngineError::Refused { status: 400, message })
}

fn volume_point(name: &str, target: &str, read_write: bool, origin: VolumeOrigin) -> MountPoint {
    MountPoint {
        kind: "volume",
        volume: name.to_owned(),
        source: format!("/var/lib/docker/volumes/{name}/_data"),
        target: target.to_owned(),
        read_write,
        anonymous: origin == VolumeOrigin::Own,
        origin,
    }
}

/// Networks are resolved at the start: an endpoint may refer to a missing one.
fn endpoints(new: &NewContainer, network_mode: &str) -> BTreeMap<String, End> {
    if network_mode.starts_with("container:") {
        return [].into();
    }
    if new.attachments.is_empty() {
        return [(network_mode.to_owned(), End::default())].into();
    }
    let end = |(network, attachment): &(NetworkId, Attachment)| {
        let aliases = attachment.aliases.clone();
        let end = End { network: Some(network.clone()), aliases, address: String::new() };
        (attachment.network.clone(), end)
    };
    new.attachments.iter().map(end).collect()
}

fn network_mode(new: &NewContainer) -> Result<String, EngineError> {
    Ok(match &new.spec.network_mode {
        NetworkMode::Networks { attachments } => {
            let first = new.attachments.first().map(|(_, attachment)| attachment).or(attachments.first());
            first.map_or_else(|| "none".to_owned(), |attachment| attachment.network.clone())
        }
        NetworkMode::Host => "host".to_owned(),
        NetworkMode::None => "none".to_owned(),
        NetworkMode::Bridge => "bridge".to_owned(),
        NetworkMode::Service { service } => of_parent(new, service)?,
        NetworkMode::Container { container } => format!("container:{container}"),
        NetworkMode::Other { name } => name.clone(),
    })
}

fn namespace(new: &NewContainer, mode: &NamespaceMode, default: &str) -> Result<String, EngineError> {
    Ok(match mode {
        NamespaceMode::Default => default.to_owned(),
        NamespaceMode::Service { service } => of_parent(new, service)?,
        NamespaceMode::Engine { mode } => mode.clone(),
    })
}

fn of_parent(new: &NewContainer, service: &ServiceName) -> Result<String, EngineError> {
    match new.parents.get(service) {
        Some(id) => Ok(format!("container:{id}")),
        None => Err(EngineError::NotFound {
            message: format!("service `{service}` has no container to share a namespace with"),
        }),
    }
}

fn has_health_check(spec: &ContainerSpec, image: &SimImage) -> bool {
    match spec.healthcheck.as_ref().map(|check| &check.test) {
        None | Some(HealthcheckTest::Inherit) => image.has_health_check,
        Some(HealthcheckTest::Disabled) => false,
        Some(HealthcheckTest::Exec(_) | HealthcheckTest::Shell(_)) => true,
    }
}
