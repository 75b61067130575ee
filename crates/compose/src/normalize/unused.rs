//! Removes resources that nothing refers to.

use crate::model::{MountKind, Project};
use std::collections::HashSet;

/// Removes networks, volumes, configs and secrets that no service uses.
pub(super) fn drop_resources(project: &mut Project) {
    let services = project.services.values();
    let networks: HashSet<&str> =
        services.clone().flat_map(|s| s.networks.keys().map(String::as_str)).collect();
    let volumes: HashSet<&str> = services
        .clone()
        .flat_map(|service| &service.volumes)
        .filter(|mount| mount.kind == MountKind::Volume)
        .filter_map(|mount| mount.source.as_deref())
        .collect();
    let configs: HashSet<&str> =
        services.clone().flat_map(|service| &service.configs).map(|config| config.source.as_str()).collect();
    let secrets: HashSet<&str> = services
        .flat_map(|service| {
            service.secrets.iter().chain(service.build.iter().flat_map(|build| &build.secrets))
        })
        .map(|secret| secret.source.as_str())
        .collect();
    project.configs.retain(|key, _| configs.contains(key.as_str()));
    project.secrets.retain(|key, _| secrets.contains(key.as_str()));
    project.networks.retain(|key, _| networks.contains(key.as_str()));
    project.volumes.retain(|key, _| volumes.contains(key.as_str()));
}
