//! Attributes that contradict each other.

use super::Subject;
use super::said;
use crate::Code;
use crate::model::Service;
use crate::suggest::is_meant_for;
use crate::yaml::Value;
use core_monitor_message::Message;
use std::collections::{HashMap, HashSet};

/// Checks one service.
pub(super) fn check(subject: &Subject<'_>, name: &str, service: &Service) {
    let conflict = |attribute: &str, message: Message| {
        let mark = subject.mark(name, attribute);
        subject.report.error(Code::Conflict, mark, message);
    };
    image(subject, name);
    if service.network_mode.is_some() && !service.networks.is_empty() {
        conflict("network_mode", said::network_mode_and_networks(name));
    }
    let replicas = service.deploy.as_ref().and_then(|deploy| deploy.replicas);
    if let (Some(scale), Some(replicas)) = (service.scale, replicas)
        && scale != replicas
    {
        conflict("scale", said::scale_and_replicas_differ(name));
    }
    if service.container_name.is_some() && service.replicas() > 1 {
        let message = said::container_name_and_replicas(name);
        conflict("container_name", message);
    }
    limits(service, name, &conflict);
    mounts(service, name, &conflict);
    build(service, name, &conflict);
}

fn build(service: &Service, name: &str, conflict: &dyn Fn(&str, Message)) {
    let Some(build) = &service.build else { return };
    if build.dockerfile.is_some() && build.dockerfile_inline.is_some() {
        conflict("build", said::dockerfile_and_inline(name));
    }
    if let Some(platform) = &service.platform
        && !build.platforms.is_empty()
        && !build.platforms.contains(platform)
    {
        let message = said::platform_not_built(name, platform);
        conflict("platform", message);
    }
}

/// A service needs an image or a build. Skips services whose error has already been reported.
fn image(subject: &Subject<'_>, name: &str) {
    let services = subject.root.get("services");
    let service = services.as_ref().and_then(|services| services.get(name));
    let Some(attributes) = service.and_then(|service| service.mapping()) else { return };
    let empty = match attributes.get("image").map(|image| &image.value.value) {
        // An `extends` left here could not be resolved.
        None => !attributes.contains_key("extends"),
        Some(Value::String(image)) => image.is_empty(),
        Some(_) => false,
    };
    // A misspelt key has its own error and explains this one.
    let others = ["image", "build", "provider"];
    let explained = |key: &String| others.iter().any(|other| key != "image" && is_meant_for(key, other));
    let empty = empty && !attributes.keys().any(explained);
    if empty {
        let mark = subject.mark(name, "image");
        let message = said::no_image_or_build(name);
        subject.report.error_with_hint(Code::MissingKey, mark, message, said::add_image_or_build());
    }
}

/// Limits set both at their old and their new place.
fn limits(service: &Service, name: &str, conflict: &dyn Fn(&str, Message)) {
    let Some(deploy) = &service.deploy else { return };
    let both = |attribute: &str, other: &str, differ: bool| {
        if differ {
            conflict(attribute, said::limits_differ(attribute, other, name));
        }
    };
    if let Some(limits) = &deploy.resources.limits {
        both("cpus", "limits.cpus", differ(service.cpus, limits.cpus));
        both("mem_limit", "limits.memory", differ(service.mem_limit, limits.memory));
        both("pids_limit", "limits.pids", differ(service.pids_limit, limits.pids));
    }
    if let Some(reservations) = &deploy.resources.reservations {
        let different = differ(service.mem_reservation, reservations.memory);
        both("mem_reservation", "reservations.memory", different);
    }
}

/// The new place replaces the old one entirely, so a limit set only at the old place would be lost.
fn differ<T: PartialEq + Copy>(old: Option<T>, new: Option<T>) -> bool {
    old.is_some() && old != new
}

/// Two mounts on the same target, at least one of them a tmpfs.
fn mounts(service: &Service, name: &str, conflict: &dyn Fn(&str, Message)) {
    let targets: HashSet<&str> = service.volumes.iter().map(|mount| mount.target.as_str()).collect();
    let mut seen = HashSet::new();
    for tmpfs in &service.tmpfs {
        let target = tmpfs.split(':').next().unwrap_or(tmpfs);
        if targets.contains(target) {
            conflict("tmpfs", said::mounted_as_volume_and_tmpfs(name, target));
        }
        if !seen.insert(target) {
            conflict("tmpfs", said::tmpfs_mounted_twice(name, target));
        }
    }
}

/// Two services with the same `container_name`.
pub(super) fn container_names(subject: &Subject<'_>) {
    let mut owners: HashMap<&str, &str> = HashMap::new();
    for (name, service) in &subject.project.services {
        let Some(container) = service.container_name.as_deref() else { continue };
        if let Some(owner) = owners.insert(container, name) {
            let mark = subject.mark(name, "container_name");
            let message = said::container_name_twice(owner, name, container);
            subject.report.error(Code::Conflict, mark, message);
        }
    }
}
