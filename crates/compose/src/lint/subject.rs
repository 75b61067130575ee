//! The input of the rules.

use super::known::{self, Kind};
use crate::model::{Condition, MountKind, Port, Project, Service};
use crate::{Loaded, Spans};
use std::collections::HashSet;

/// A project with facts that several rules need.
pub(super) struct Subject<'a> {
    pub(super) project: &'a Project,
    pub(super) spans: &'a Spans,
    /// Variables that look like secrets and are plain.
    pub(super) plain_secrets: &'a [String],
    /// Services that others await with `service_healthy`.
    pub(super) awaited_healthy: HashSet<&'a str>,
    /// Services that others await with `service_completed_successfully`: they are meant to end.
    pub(super) jobs: HashSet<&'a str>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(loaded: &'a Loaded) -> Self {
        let awaited = |wanted: Condition| {
            let services = loaded.project.services.values();
            let edges = services.flat_map(|service| &service.depends_on);
            edges.filter(|(_, edge)| edge.condition == wanted).map(|(name, _)| name.as_str()).collect()
        };
        Self {
            project: &loaded.project,
            spans: &loaded.spans,
            plain_secrets: &loaded.plain_secrets,
            awaited_healthy: awaited(Condition::Healthy),
            jobs: awaited(Condition::CompletedSuccessfully),
        }
    }

    /// Services that run as containers, which excludes those of a provider.
    pub(super) fn services(&self) -> impl Iterator<Item = (&'a str, &'a Service)> {
        let services = self.project.services.iter();
        services
            .filter(|(_, service)| service.provider.is_none())
            .map(|(name, service)| (name.as_str(), service))
    }
}

/// The role of a service, judged by its image.
pub(super) fn kind(service: &Service) -> Option<Kind> {
    service.image.as_deref().and_then(known::kind)
}

/// Whether a port listens on every address of the host.
pub(super) fn is_public(port: &Port) -> bool {
    matches!(port.host_ip.as_deref(), None | Some("" | "0.0.0.0" | "::"))
}

/// Whether a service stores data outside its container layer.
pub(super) fn has_mounts(service: &Service) -> bool {
    !service.volumes_from.is_empty()
        || !service.tmpfs.is_empty()
        || service.volumes.iter().any(|mount| mount.source.is_some() || mount.kind == MountKind::Tmpfs)
}
