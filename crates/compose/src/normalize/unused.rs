//! Parts of the model that nothing refers to.

use crate::model::{MountKind, Project};
use std::collections::HashSet;

/// Removes networks and volumes that no service uses.
pub(super) fn drop_resources(project: &mut Project) {
    let services = project.services.values();
    let networks: HashSet<&str> =
        services.clone().flat_map(|s| s.networks.keys().map(String::as_str)).collect();
    let volumes: HashSet<&str> = services
        .flat_map(|service| &service.volumes)
        .filter(|mount| mount.kind == MountKind::Volume)
        .filter_map(|mount| mount.source.as_deref())
        .collect();
    project.networks.retain(|key, _| networks.contains(key.as_str()));
    project.volumes.retain(|key, _| volumes.contains(key.as_str()));
}
