//! Derives mounts and the volumes of the project.

use std::collections::BTreeMap;

use bollard::models::{Mount as EngineMount, MountType};
use core_monitor_domain::desired::{ContainerSpec, DesiredStack, Mount, MountKind, VolumeSpec};

use super::host::map;
use super::scene::{non_empty, written};
use super::{Found, Scene};

const VOLUME: &str = "com.docker.compose.volume";

pub(super) fn derive(scene: &Scene, found: &Found, spec: &mut ContainerSpec) {
    let host = &found.host;
    let of_image = |target: &str| scene.image(found).volumes.iter().flatten().any(|path| path == target);
    for bind in host.binds.iter().flatten() {
        spec.mounts.extend(short(bind));
    }
    for mount in host.mounts.iter().flatten() {
        spec.mounts.extend(long(mount));
    }
    // An anonymous volume of a predecessor was passed on by name, and one for a path of the image is implied.
    for mount in &mut spec.mounts {
        if let MountKind::Volume { name, .. } = &mut mount.kind
            && name.as_deref().is_some_and(is_anonymous)
        {
            *name = None;
        }
    }
    let implied = |mount: &Mount| {
        matches!(&mount.kind, MountKind::Volume { name: None, .. }) && of_image(&mount.target)
    };
    spec.mounts.retain(|mount| !implied(mount));
    for target in found.config.volumes.iter().flatten() {
        let known = spec.mounts.iter().any(|mount| mount.target == *target);
        if !known && !of_image(target) {
            spec.mounts.push(anonymous(target));
        }
    }
    spec.tmpfs = map(host.tmpfs.as_ref());
    spec.volumes_from = host.volumes_from.iter().flatten().map(|entry| volumes_from(scene, entry)).collect();
}

/// Whether this is a generated name of an anonymous volume.
fn is_anonymous(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn anonymous(target: &str) -> Mount {
    let kind = MountKind::Volume { name: None, nocopy: false, subpath: None, labels: BTreeMap::new() };
    Mount { target: target.to_owned(), read_only: false, kind, consistency: None }
}

/// `source:target[:options]`.
fn short(bind: &str) -> Option<Mount> {
    let mut parts = bind.splitn(3, ':');
    let (source, target) = (parts.next()?, parts.next()?);
    let (mut read_only, mut nocopy) = (false, false);
    let (mut selinux, mut propagation) = (None, None);
    for option in parts.next().unwrap_or_default().split(',') {
        match option {
            "ro" => read_only = true,
            "nocopy" => nocopy = true,
            "z" | "Z" => selinux = Some(option.to_owned()),
            "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave" => {
                propagation = Some(option.to_owned());
            }
            _ => {}
        }
    }
    let kind = if source.starts_with('/') {
        MountKind::Bind {
            source: source.to_owned(),
            create_host_path: true,
            propagation,
            selinux,
            recursive: None,
        }
    } else {
        MountKind::Volume { name: Some(source.to_owned()), nocopy, subpath: None, labels: BTreeMap::new() }
    };
    Some(Mount { target: target.to_owned(), read_only, kind, consistency: None })
}

fn long(mount: &EngineMount) -> Option<Mount> {
    let source = non_empty(mount.source.as_ref());
    let kind = match mount.typ? {
        MountType::VOLUME => {
            let options = mount.volume_options.clone().unwrap_or_default();
            MountKind::Volume {
                name: source,
                nocopy: options.no_copy == Some(true),
                subpath: non_empty(options.subpath.as_ref()),
                labels: map(options.labels.as_ref()),
            }
        }
        MountType::BIND => {
            let options = mount.bind_options.clone().unwrap_or_default();
            let propagation = options.propagation.map(|mode| mode.to_string());
            let recursive = [
                (options.non_recursive, "disabled"),
                (options.read_only_non_recursive, "writable"),
                (options.read_only_force_recursive, "readonly"),
            ];
            MountKind::Bind {
                source: source?,
                create_host_path: options.create_mountpoint == Some(true),
                propagation: propagation.filter(|mode| !mode.is_empty()),
                selinux: None,
                recursive: recursive
                    .iter()
                    .find(|(on, _)| *on == Some(true))
                    .map(|(_, word)| (*word).to_owned()),
            }
        }
        MountType::TMPFS => {
            let options = mount.tmpfs_options.clone().unwrap_or_default();
            MountKind::Tmpfs {
                size: options.size_bytes.and_then(|size| u64::try_from(size).ok()).filter(|size| *size != 0),
                mode: options.mode.and_then(|mode| u32::try_from(mode).ok()).filter(|mode| *mode != 0),
            }
        }
        MountType::NPIPE => MountKind::NamedPipe { source: source? },
        // The comparison reports that it is missing.
        _ => return None,
    };
    let consistency = non_empty(mount.consistency.as_ref()).filter(|word| word != "default");
    Some(Mount {
        target: mount.target.clone().unwrap_or_default(),
        read_only: mount.read_only == Some(true),
        kind,
        consistency,
    })
}

/// `ID[:mode]` becomes a service if the container belongs to the project.
fn volumes_from(scene: &Scene, entry: &str) -> String {
    let (container, mode) = entry.split_once(':').map_or((entry, None), |(id, mode)| (id, Some(mode)));
    let mode = mode.filter(|mode| *mode != "rw").map(|mode| format!(":{mode}")).unwrap_or_default();
    match scene.service_of(container) {
        Some(service) => format!("{service}{mode}"),
        None => format!("container:{container}{mode}"),
    }
}

/// The named volumes mounted by services.
pub(super) fn volumes(scene: &Scene, desired: &DesiredStack) -> Vec<VolumeSpec> {
    let mut volumes = BTreeMap::new();
    for mount in desired.services.iter().flat_map(|service| &service.container.mounts) {
        let MountKind::Volume { name: Some(name), .. } = &mount.kind else { continue };
        let there = scene.volumes.iter().find(|volume| volume.name == *name);
        let ours = there.filter(|volume| scene.owns(Some(&volume.labels)));
        let spec = match ours {
            Some(volume) => VolumeSpec {
                key: volume.labels.get(VOLUME).unwrap_or(name).clone(),
                name: name.clone(),
                external: false,
                driver: Some(volume.driver.clone()).filter(|driver| driver != "local"),
                driver_opts: map(Some(&volume.options)),
                labels: written(Some(&volume.labels)),
            },
            None => {
                VolumeSpec { key: name.clone(), name: name.clone(), external: true, ..VolumeSpec::default() }
            }
        };
        volumes.insert(name.clone(), spec);
    }
    volumes.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bind: &str, expected: &str) {
        let mount = short(bind).unwrap();
        assert_eq!(
            serde_json::to_string(&mount.kind).unwrap() + if mount.read_only { " ro" } else { "" },
            expected
        );
    }

    #[test]
    fn binds_are_volumes_or_paths() {
        check("data:/d", r#"{"type":"volume","name":"data","nocopy":false,"subpath":null,"labels":{}}"#);
        check(
            "/a:/b:ro,Z,rslave",
            r#"{"type":"bind","source":"/a","create_host_path":true,"propagation":"rslave","selinux":"Z","recursive":null} ro"#,
        );
    }
}
