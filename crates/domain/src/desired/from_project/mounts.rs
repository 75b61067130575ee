//! Mounts and memory file systems.

use std::collections::BTreeMap;

use core_monitor_compose::Project;
use core_monitor_compose::model::{self, Service};

use super::said;
use super::{DesiredError, refuse_reserved_labels};
use crate::desired::{Mount, MountKind};

pub(super) fn mounts(project: &Project, name: &str, service: &Service) -> Result<Vec<Mount>, DesiredError> {
    service.volumes.iter().map(|written| mount(project, name, written)).collect()
}

/// `path[:options]` to path and options.
pub(super) fn tmpfs(service: &Service) -> BTreeMap<String, String> {
    let split = |entry: &String| {
        entry
            .split_once(':')
            .map_or_else(|| (entry.clone(), String::new()), |(p, o)| (p.to_owned(), o.to_owned()))
    };
    service.tmpfs.iter().map(split).collect()
}

fn mount(project: &Project, service: &str, mount: &model::Mount) -> Result<Mount, DesiredError> {
    let source = || mount.source.clone().unwrap_or_default();
    // The engine creates a missing volume with these labels.
    let labels = mount.volume.iter().flat_map(|options| options.labels.keys());
    refuse_reserved_labels(service, "volumes.volume.labels", labels)?;
    let kind = match mount.kind {
        model::MountKind::Volume => volume(project, mount),
        model::MountKind::Bind => bind(mount, source()),
        model::MountKind::Tmpfs => {
            let options = mount.tmpfs.clone().unwrap_or_default();
            MountKind::Tmpfs {
                size: options.size.and_then(|size| u64::try_from(size.0).ok()),
                mode: options.mode,
            }
        }
        model::MountKind::Npipe => MountKind::NamedPipe { source: source() },
        other @ (model::MountKind::Cluster | model::MountKind::Image) => {
            let what = said::mount_type_unsupported(other.as_str());
            return Err(DesiredError::value(service, "volumes", what));
        }
    };
    Ok(Mount {
        target: mount.target.clone(),
        read_only: mount.read_only,
        kind,
        consistency: mount.consistency.clone(),
    })
}

fn volume(project: &Project, mount: &model::Mount) -> MountKind {
    let options = mount.volume.clone().unwrap_or_default();
    // The model refers to a volume by its key; the engine uses the name of the top-level entry.
    let name = mount
        .source
        .as_ref()
        .map(|key| project.volumes.get(key).map_or_else(|| key.clone(), |v| v.name.clone()));
    MountKind::Volume {
        name,
        nocopy: options.nocopy,
        subpath: options.subpath,
        labels: options.labels.into_iter().collect(),
    }
}

fn bind(mount: &model::Mount, source: String) -> MountKind {
    // Without a `bind:` section the reference implementation lets the engine create the path; see the compose crate's
    // model.
    let options = mount.bind.clone();
    MountKind::Bind {
        source,
        create_host_path: options.as_ref().is_none_or(|bind| bind.create_host_path),
        propagation: options.as_ref().and_then(|bind| bind.propagation.clone()),
        selinux: options.as_ref().and_then(|bind| bind.selinux.clone()),
        recursive: options.and_then(|bind| bind.recursive),
    }
}
