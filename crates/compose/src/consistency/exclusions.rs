//! Values that exclude each other.

use super::Subject;
use crate::Code;
use crate::model::Service;
use crate::suggest::is_meant_for;
use crate::yaml::Value;
use std::collections::{HashMap, HashSet};

/// Checks one service.
pub(super) fn check(subject: &Subject<'_>, name: &str, service: &Service) {
    let conflict = |attribute: &str, message: String| {
        let mark = subject.mark(name, attribute);
        subject.report.error(Code::Conflict, mark, message);
    };
    image(subject, name);
    if service.network_mode.is_some() && !service.networks.is_empty() {
        conflict("network_mode", format!("service `{name}` has both `network_mode` and `networks`"));
    }
    let replicas = service.deploy.as_ref().and_then(|deploy| deploy.replicas);
    if let (Some(scale), Some(replicas)) = (service.scale, replicas)
        && scale != replicas
    {
        conflict("scale", format!("service `{name}` has different `scale` and `deploy.replicas`"));
    }
    if service.container_name.is_some() && service.replicas() > 1 {
        let message = format!("service `{name}` has a fixed `container_name` and more than one container");
        conflict("container_name", message);
    }
    limits(service, name, &conflict);
    mounts(service, name, &conflict);
    build(service, name, &conflict);
}

fn build(service: &Service, name: &str, conflict: &dyn Fn(&str, String)) {
    let Some(build) = &service.build else { return };
    if build.dockerfile.is_some() && build.dockerfile_inline.is_some() {
        conflict("build", format!("service `{name}` has both `dockerfile` and `dockerfile_inline`"));
    }
    if let Some(platform) = &service.platform
        && !build.platforms.is_empty()
        && !build.platforms.contains(platform)
    {
        let message = format!("`build.platforms` of service `{name}` lacks its platform `{platform}`");
        conflict("platform", message);
    }
}

/// An image must be named or built. What is wrong in another way, and reported, is passed over.
fn image(subject: &Subject<'_>, name: &str) {
    let services = subject.root.get("services");
    let service = services.as_ref().and_then(|services| services.get(name));
    let Some(attributes) = service.and_then(|service| service.mapping()) else { return };
    let empty = match attributes.get("image").map(|image| &image.value.value) {
        // An `extends` that is still there could not be resolved.
        None => !attributes.contains_key("extends"),
        Some(Value::String(image)) => image.is_empty(),
        Some(_) => false,
    };
    // A misspelt key has its own error, and is the cause of this one.
    let others = ["image", "build", "provider"];
    let explained = |key: &String| others.iter().any(|other| key != "image" && is_meant_for(key, other));
    let empty = empty && !attributes.keys().any(explained);
    if empty {
        let mark = subject.mark(name, "image");
        let message = format!("service `{name}` has no image");
        subject.report.error_with_hint(
            Code::MissingKey,
            mark,
            message,
            "add `image:` or `build:`".to_owned(),
        );
    }
}

/// The same limit in its old and its new place.
fn limits(service: &Service, name: &str, conflict: &dyn Fn(&str, String)) {
    let Some(deploy) = &service.deploy else { return };
    let both = |attribute: &str, other: &str, differ: bool| {
        if differ {
            conflict(
                attribute,
                format!("service `{name}` has different `{attribute}` and `deploy.resources.{other}`"),
            );
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

/// What stands in the new place counts whole: a limit that it lacks would be lost.
fn differ<T: PartialEq + Copy>(old: Option<T>, new: Option<T>) -> bool {
    old.is_some() && old != new
}

/// A tmpfs and a mount, or two of them, on one target.
fn mounts(service: &Service, name: &str, conflict: &dyn Fn(&str, String)) {
    let targets: HashSet<&str> = service.volumes.iter().map(|mount| mount.target.as_str()).collect();
    let mut seen = HashSet::new();
    for tmpfs in &service.tmpfs {
        let target = tmpfs.split(':').next().unwrap_or(tmpfs);
        if targets.contains(target) {
            conflict("tmpfs", format!("service `{name}` mounts `{target}` both as volume and as tmpfs"));
        }
        if !seen.insert(target) {
            conflict("tmpfs", format!("service `{name}` mounts `{target}` twice as tmpfs"));
        }
    }
}

/// A container name that two services want.
pub(super) fn container_names(subject: &Subject<'_>) {
    let mut owners: HashMap<&str, &str> = HashMap::new();
    for (name, service) in &subject.project.services {
        let Some(container) = service.container_name.as_deref() else { continue };
        if let Some(owner) = owners.insert(container, name) {
            let mark = subject.mark(name, "container_name");
            let message =
                format!("services `{owner}` and `{name}` both want the container name `{container}`");
            subject.report.error(Code::Conflict, mark, message);
        }
    }
}
