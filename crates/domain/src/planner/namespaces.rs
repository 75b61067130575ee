//! Namespaces taken over from another container. The engine ties them to the other container's run: when that one is
//! replaced or only restarted, whoever shares its namespaces is cut off, and nothing shows it.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::command::FailureCode;
use crate::desired::{ContainerSpec, DesiredStack, NamespaceMode, NetworkMode, ServiceSpec};
use crate::ids::Slot;
use crate::names::ServiceName;
use crate::observation::{ObservedContainer, Occupant};

use super::builder::Builder;
use super::index::Index;
use super::said;

/// What a container shares with another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    Network,
    Pid,
    Ipc,
    Volumes,
}

/// Which containers of the stack itself its services refer to. `container:shop-vpn-1` means the first container of `vpn`,
/// just as `service:vpn` does: they are replaced together. Only the first has a place in a plan; a reference to another
/// replica is one to a container that exists.
pub(super) struct Kin<'a> {
    first: HashMap<String, &'a ServiceName>,
}

impl<'a> Kin<'a> {
    pub(super) fn of(stack: &'a DesiredStack) -> Self {
        let mut first = HashMap::new();
        // Hardly any definition refers to a container, and some have thousands of services.
        if stack.services.iter().any(|service| references(service).next().is_some()) {
            let there = stack.services.iter().filter(|service| service.replicas > 0);
            first.extend(there.map(|service| (service.container_name(&stack.name, Slot(1)), &service.name)));
        }
        Self { first }
    }

    /// The services that `service` refers to by the name of their first container.
    pub(super) fn referred(&self, service: &ServiceSpec) -> impl Iterator<Item = (&'a ServiceName, Sharing)> {
        let to = |(name, sharing)| Some((self.behind(service, name)?, sharing));
        references(service).filter_map(to)
    }

    /// The services whose first container must exist before one of `service` can be created.
    pub(super) fn parents(&self, service: &'a ServiceSpec) -> Vec<(&'a ServiceName, Sharing)> {
        let mut parents = declared(service);
        parents.extend(self.referred(service));
        parents
    }

    /// Whether a reference of `service` is to one of these.
    fn is_among(&self, parents: &[(&ServiceName, Sharing)], service: &ServiceSpec, container: &str) -> bool {
        let parent = self.behind(service, container);
        parent.is_some_and(|parent| parents.iter().any(|(known, _)| *known == parent))
    }

    fn behind(&self, service: &ServiceSpec, container: &str) -> Option<&'a ServiceName> {
        self.first.get(container).copied().filter(|parent| **parent != service.name)
    }

    /// The definition of a container whose references to `parents` are made by service, so that it gets the container that
    /// a plan creates, which has another name at first.
    pub(super) fn by_service<'s>(
        &self,
        service: &'s ServiceSpec,
        parents: &[(&ServiceName, Sharing)],
    ) -> Cow<'s, ContainerSpec> {
        let behind = |name: &str| {
            let parent = self.behind(service, name)?;
            parents.iter().any(|(known, _)| *known == parent).then(|| parent.clone())
        };
        let mut spec = Cow::Borrowed(&*service.container);
        if let NetworkMode::Container { container } = &service.container.network_mode
            && let Some(service) = behind(container)
        {
            spec.to_mut().network_mode = NetworkMode::Service { service };
        }
        if let Some(service) = of_mode(&service.container.pid).and_then(behind) {
            spec.to_mut().pid = NamespaceMode::Service { service };
        }
        if let Some(service) = of_mode(&service.container.ipc).and_then(behind) {
            spec.to_mut().ipc = NamespaceMode::Service { service };
        }
        spec
    }
}

/// The services that the definition of `service` names as its parents.
fn declared(service: &ServiceSpec) -> Vec<(&ServiceName, Sharing)> {
    let spec = &service.container;
    let mut parents = Vec::new();
    if let NetworkMode::Service { service } = &spec.network_mode {
        parents.push((service, Sharing::Network));
    }
    if let NamespaceMode::Service { service } = &spec.pid {
        parents.push((service, Sharing::Pid));
    }
    if let NamespaceMode::Service { service } = &spec.ipc {
        parents.push((service, Sharing::Ipc));
    }
    // `volumes_from` contains services and foreign containers; the dependency added by the loader distinguishes them.
    for entry in &spec.volumes_from {
        let name = entry.split(':').next().unwrap_or(entry);
        let dependency = service
            .depends_on
            .iter()
            .find(|d| !entry.starts_with("container:") && d.service.as_str() == name);
        parents.extend(dependency.map(|d| (&d.service, Sharing::Volumes)));
    }
    parents
}

pub(super) fn shares(child: &ObservedContainer, parent: &ObservedContainer, sharing: Sharing) -> bool {
    match sharing {
        // The engine does not show where a mount came from, but a child older than its parent cannot have it from
        // there.
        Sharing::Volumes => child.created_at >= parent.created_at,
        // The engine replaces the name by the id when it creates the container.
        namespace => shared(mode(child, namespace))
            .is_some_and(|shared| shared == parent.id.as_str() || shared == parent.name),
    }
}

/// The containers that a definition refers to by name or id, in this stack or outside of it.
fn references(service: &ServiceSpec) -> impl Iterator<Item = (&str, Sharing)> {
    let spec = &service.container;
    let network = match &spec.network_mode {
        NetworkMode::Container { container } => Some(container.as_str()),
        _ => None,
    };
    let all =
        [(network, Sharing::Network), (of_mode(&spec.pid), Sharing::Pid), (of_mode(&spec.ipc), Sharing::Ipc)];
    all.into_iter().filter_map(|(name, sharing)| Some((name?, sharing)))
}

fn of_mode(mode: &NamespaceMode) -> Option<&str> {
    match mode {
        NamespaceMode::Engine { mode } => shared(mode),
        _ => None,
    }
}

/// The reference behind which there is another container now than the one whose namespace is shared. Not one of `parents`:
/// the new one has another name until it takes its predecessor's place.
pub(super) fn replaced_reference<'s>(
    index: &Index<'_>,
    kin: &Kin<'_>,
    service: &'s ServiceSpec,
    parents: &[(&ServiceName, Sharing)],
    container: &ObservedContainer,
) -> Option<&'s str> {
    references(service)
        .filter(|(name, _)| !kin.is_among(parents, service, name))
        .find(|(name, sharing)| {
            let target = index.occupant(name);
            let shared = shared(mode(container, *sharing));
            // The engine replaces the name by the id when it creates the container.
            target
                .zip(shared)
                .is_some_and(|(target, shared)| target.id.as_str() != shared && target.name != shared)
        })
        .map(|(name, _)| name)
}

/// Reports containers that are referred to and do not exist: without them, the service cannot be created or started. The
/// plan itself creates those of `parents`.
pub(super) fn check_references(
    index: &Index<'_>,
    builder: &mut Builder,
    kin: &Kin<'_>,
    service: &ServiceSpec,
    parents: &[(&ServiceName, Sharing)],
) {
    let is_missing = |name: &str| !kin.is_among(parents, service, name) && index.occupant(name).is_none();
    for (name, _) in references(service).filter(|(name, _)| is_missing(name)) {
        let message = said::shared_container_missing(&service.name, name);
        builder.blocker(
            FailureCode::ExternalMissing,
            name,
            message,
            Some(said::start_shared_container(name)),
        );
    }
}

/// The container whose namespaces are shared and that has been started since: the namespaces that `child` has are those
/// of the run before.
pub(super) fn restarted_parent<'a>(index: &Index<'a>, child: &ObservedContainer) -> Option<&'a Occupant> {
    let shared =
        [Sharing::Network, Sharing::Pid, Sharing::Ipc].into_iter().filter_map(|s| shared(mode(child, s)));
    shared
        .filter_map(|parent| index.by_id(parent))
        .find(|parent| parent.up && child.started_at.is_some() && parent.started_at > child.started_at)
}

fn mode(container: &ObservedContainer, sharing: Sharing) -> &str {
    match sharing {
        Sharing::Network => &container.network_mode,
        Sharing::Pid => &container.pid_mode,
        Sharing::Ipc => &container.ipc_mode,
        Sharing::Volumes => "",
    }
}

fn shared(mode: &str) -> Option<&str> {
    mode.strip_prefix("container:")
}
