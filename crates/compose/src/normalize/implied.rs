//! The default network, replicas, and the dependencies that follow from links and shared namespaces.

use crate::model::{Dependency, Network, Project, Service};

const DEFAULT_NETWORK: &str = "default";

/// A service that names no network and shares no namespace joins `default`.
pub(super) fn add_default_network(project: &mut Project) {
    let mut used = false;
    for service in project.services.values_mut() {
        // A provider's service is not a container, so it joins no network.
        if service.provider.is_none() && service.network_mode.is_none() && service.networks.is_empty() {
            service.networks.insert(DEFAULT_NETWORK.to_owned(), None);
        }
        used |= service.provider.is_none() && service.networks.contains_key(DEFAULT_NETWORK);
    }
    if used && !project.networks.contains_key(DEFAULT_NETWORK) {
        project.networks.insert(DEFAULT_NETWORK.to_owned(), Network::default());
    }
}

/// `scale` is the old name of `deploy.replicas`: if there is a `deploy`, both are set to the same value.
pub(super) fn align_scale(project: &mut Project) {
    for service in project.services.values_mut() {
        if let (Some(scale), Some(deploy)) = (service.scale, &mut service.deploy) {
            deploy.replicas.get_or_insert(scale);
        }
    }
}

/// Adds a dependency for each link, shared namespace and `volumes_from`, unless one is already written.
pub(super) fn add_dependencies(project: &mut Project) {
    for service in project.services.values_mut() {
        for (name, restart) in implied(service) {
            service.depends_on.entry(name).or_insert(Dependency { restart, ..Dependency::default() });
        }
    }
}

/// Services that `service` cannot start without, and whether it must restart with them.
fn implied(service: &Service) -> Vec<(String, bool)> {
    let first = |text: &str| text.split(':').next().unwrap_or(text).to_owned();
    let links = service.links.iter().map(|link| (first(link), true));
    let namespaces = [&service.network_mode, &service.ipc, &service.pid, &service.uts, &service.cgroup];
    let shared = namespaces
        .into_iter()
        .flatten()
        .filter_map(|namespace| namespace.strip_prefix("service:"))
        .map(|name| (name.to_owned(), true));
    let mounts = service
        .volumes_from
        .iter()
        .filter(|from| !from.starts_with("container:"))
        .map(|from| (first(from), false));
    links.chain(shared).chain(mounts).collect()
}
