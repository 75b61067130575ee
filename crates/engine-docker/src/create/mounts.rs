//! Mounts. The engine has two ways: `Binds`, which makes missing host paths, and `Mounts`, which refuses them and
//! knows more options. Docker compose uses the first where it can, and so does this.

use bollard::models::{
    HostConfig, Mount as EngineMount, MountBindOptions, MountBindOptionsPropagationEnum, MountTmpfsOptions,
    MountType, MountVolumeOptions,
};
use core_monitor_domain::desired::{Mount, MountKind};
use core_monitor_domain::ports::NewContainer;

/// Fills in what is mounted. Outer targets come before those inside them.
pub(super) fn apply(new: &NewContainer, config: &mut HostConfig) {
    let inherited: Vec<EngineMount> =
        new.inherited.iter().map(|v| volume_mount(&v.target, &v.name)).collect();
    let mut binds = Vec::new();
    let mut mounts = inherited;
    let mut sorted: Vec<&Mount> = new.spec.mounts.iter().collect();
    sorted.sort_by(|a, b| a.target.cmp(&b.target));
    for mount in sorted {
        // The predecessor's volume at this path takes the place of a new anonymous one.
        if new.inherited.iter().any(|volume| volume.target == mount.target) {
            continue;
        }
        match bind(mount) {
            Some(bind) => binds.push(bind),
            None => mounts.push(engine_mount(mount)),
        }
    }
    mounts.sort_by(|a, b| a.target.cmp(&b.target));
    config.binds = (!binds.is_empty()).then_some(binds);
    config.mounts = (!mounts.is_empty()).then_some(mounts);
    config.volumes_from = volumes_from(new);
    let tmpfs = &new.spec.tmpfs;
    config.tmpfs = (!tmpfs.is_empty()).then(|| tmpfs.clone().into_iter().collect());
}

/// `source:target:options`, for mounts that need nothing `Binds` cannot say.
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
    // The text has no way to write a colon inside a path.
    let unambiguous = !source.contains(':') && !mount.target.contains(':');
    unambiguous.then(|| format!("{source}:{}:{options}", mount.target))
}

fn volume_mount(target: &str, name: &str) -> EngineMount {
    EngineMount {
        typ: Some(MountType::VOLUME),
        source: Some(name.to_owned()),
        target: Some(target.to_owned()),
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

/// `service[:mode]` becomes that service's container; `container:name[:mode]` names one directly.
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
