//! Mounts. The engine has two forms: `Binds`, which creates missing host paths, and `Mounts`, which rejects them and has
//! more options. Docker compose prefers the first form, and so does this module.

use bollard::models::{
    HostConfig, Mount as EngineMount, MountBindOptions, MountBindOptionsPropagationEnum, MountTmpfsOptions,
    MountType, MountVolumeOptions,
};
use core_monitor_domain::desired::{Mount, MountKind};
use core_monitor_domain::effect::NewContainer;
use core_monitor_domain::plan::InheritedVolume;

/// Adds the mounts in the order of the file. A volume of the predecessor replaces an anonymous one at the same path; those
/// at paths of the image come last.
pub(super) fn apply(new: &NewContainer, config: &mut HostConfig) {
    let mut inherited = new.inherited.clone();
    let mut binds = Vec::new();
    let mut mounts = Vec::new();
    for mount in &new.spec.mounts {
        if let Some(known) = inherited.iter().position(|volume| volume.target == mount.target) {
            mounts.push(volume_mount(&inherited.remove(known)));
        } else if let Some(bind) = bind(mount) {
            binds.push(bind);
        } else {
            mounts.push(engine_mount(mount));
        }
    }
    mounts.extend(inherited.iter().map(volume_mount));
    config.binds = (!binds.is_empty()).then_some(binds);
    config.mounts = (!mounts.is_empty()).then_some(mounts);
    config.volumes_from = volumes_from(new);
    let tmpfs = &new.spec.tmpfs;
    config.tmpfs = (!tmpfs.is_empty()).then(|| tmpfs.clone().into_iter().collect());
}

/// `source:target:options`, for mounts that `Binds` can express.
fn bind(mount: &Mount) -> Option<String> {
    let access = if mount.read_only { "ro" } else { "rw" };
    let (source, options) = match &mount.kind {
        MountKind::Volume { name: Some(name), nocopy: false, subpath: None, labels } if labels.is_empty() => {
            (name, access.to_owned())
        }
        MountKind::Bind { source, create_host_path: true, propagation: None, selinux, recursive: None } => {
            let label = selinux.as_ref().map(|label| format!(",{label}")).unwrap_or_default();
            (source, format!("{access}{label}"))
        }
        _ => return None,
    };
    // This form cannot express a colon in a path.
    let unambiguous = !source.contains(':') && !mount.target.contains(':');
    unambiguous.then(|| format!("{source}:{}:{options}", mount.target))
}

fn volume_mount(volume: &InheritedVolume) -> EngineMount {
    EngineMount {
        typ: Some(MountType::VOLUME),
        source: Some(volume.name.clone()),
        target: Some(volume.target.clone()),
        ..EngineMount::default()
    }
}

fn engine_mount(mount: &Mount) -> EngineMount {
    let base = EngineMount {
        target: Some(mount.target.clone()),
        read_only: mount.read_only.then_some(true),
        consistency: mount.consistency.clone(),
        ..EngineMount::default()
    };
    match &mount.kind {
        MountKind::Volume { name, nocopy, subpath, labels } => EngineMount {
            typ: Some(MountType::VOLUME),
            source: name.clone(),
            volume_options: Some(MountVolumeOptions {
                no_copy: nocopy.then_some(true),
                subpath: subpath.clone(),
                labels: (!labels.is_empty()).then(|| labels.clone().into_iter().collect()),
                driver_config: None,
            }),
            ..base
        },
        MountKind::Bind { source, create_host_path, propagation, recursive, .. } => EngineMount {
            typ: Some(MountType::BIND),
            source: Some(source.clone()),
            bind_options: Some(bind_options(*create_host_path, propagation.as_deref(), recursive.as_deref())),
            ..base
        },
        MountKind::Tmpfs { size, mode } => {
            EngineMount { typ: Some(MountType::TMPFS), tmpfs_options: tmpfs_options(*size, *mode), ..base }
        }
        MountKind::NamedPipe { source } => {
            EngineMount { typ: Some(MountType::NPIPE), source: Some(source.clone()), ..base }
        }
    }
}

fn tmpfs_options(size: Option<u64>, mode: Option<u32>) -> Option<MountTmpfsOptions> {
    (size.is_some() || mode.is_some()).then(|| MountTmpfsOptions {
        size_bytes: size.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
        mode: mode.map(i64::from),
        options: None,
    })
}

fn bind_options(create: bool, propagation: Option<&str>, recursive: Option<&str>) -> MountBindOptions {
    MountBindOptions {
        create_mountpoint: create.then_some(true),
        propagation: propagation.and_then(|mode| mode.parse::<MountBindOptionsPropagationEnum>().ok()),
        non_recursive: (recursive == Some("disabled")).then_some(true),
        read_only_non_recursive: (recursive == Some("writable")).then_some(true),
        read_only_force_recursive: (recursive == Some("readonly")).then_some(true),
    }
}

/// `service[:mode]` becomes the container of that service; `container:name[:mode]` names a container directly.
fn volumes_from(new: &NewContainer) -> Option<Vec<String>> {
    let resolve = |entry: &String| {
        if let Some(container) = entry.strip_prefix("container:") {
            return container.to_owned();
        }
        let (name, mode) = match entry.split_once(':') {
            Some((name, mode)) => (name, format!(":{mode}")),
            None => (entry.as_str(), String::new()),
        };
        let parent = new.parents.iter().find(|(service, _)| service.as_str() == name);
        parent.map_or_else(|| entry.clone(), |(_, id)| format!("{id}{mode}"))
    };
    let entries = &new.spec.volumes_from;
    (!entries.is_empty()).then(|| entries.iter().map(resolve).collect())
}
