//! Names that must refer to something.

use super::Subject;
use crate::Code;
use crate::model::{MountKind, Service};
use crate::suggest::did_you_mean;

/// Checks what a service refers to.
pub(super) fn check(subject: &Subject<'_>, name: &str, service: &Service) {
    // Suggestions are dear, and nobody would see them.
    if subject.report.is_full() {
        return;
    }
    dependencies(subject, name, service);
    networks(subject, name, service);
    volumes(subject, name, service);
}

fn dependencies(subject: &Subject<'_>, name: &str, service: &Service) {
    let services = &subject.project.services;
    for (dependency, details) in &service.depends_on {
        if services.contains_key(dependency) || subject.report.is_full() {
            continue;
        }
        // An implied dependency stands elsewhere than in `depends_on`.
        let mark = ["depends_on", "links", "volumes_from", "network_mode", "ipc", "pid", "uts", "cgroup"]
            .iter()
            .find_map(|attribute| subject.mention(name, attribute, dependency))
            .or_else(|| subject.mark(name, ""));
        if subject.inactive.contains(dependency) {
            if details.required {
                subject.report.error_with_hint(
                    Code::UndefinedReference,
                    mark,
                    format!("service `{name}` depends on `{dependency}`, whose profile is not active"),
                    "activate the profile, or write `required: false`".to_owned(),
                );
            }
            continue;
        }
        let known =
            services.keys().chain(subject.inactive).map(String::as_str).filter(|known| *known != name);
        let message = format!("service `{name}` depends on undefined service `{dependency}`");
        subject.report.error_with_hint(
            Code::UndefinedReference,
            mark,
            message,
            did_you_mean(dependency, known),
        );
    }
}

fn networks(subject: &Subject<'_>, name: &str, service: &Service) {
    let declared = &subject.project.networks;
    for network in service.networks.keys().filter(|network| !declared.contains_key(*network)) {
        if subject.report.is_full() {
            return;
        }
        let mark = subject.mention(name, "networks", network);
        let hint = did_you_mean(network, declared.keys().map(String::as_str))
            .unwrap_or_else(|| format!("declare `{network}` under the top-level `networks`"));
        let message = format!("service `{name}` joins undefined network `{network}`");
        subject.report.error_with_hint(Code::UndefinedReference, mark, message, hint);
    }
}

fn volumes(subject: &Subject<'_>, name: &str, service: &Service) {
    let declared = &subject.project.volumes;
    let named = service.volumes.iter().filter(|mount| mount.kind == MountKind::Volume);
    for source in named.filter_map(|mount| mount.source.as_deref()) {
        if declared.contains_key(source) || subject.report.is_full() {
            continue;
        }
        let mark = subject.mention(name, "volumes", source);
        let hint = did_you_mean(source, declared.keys().map(String::as_str)).unwrap_or_else(|| {
            format!("declare `{source}` under the top-level `volumes`, or write `./{source}` for a folder")
        });
        let message = format!("service `{name}` mounts undefined volume `{source}`");
        subject.report.error_with_hint(Code::UndefinedReference, mark, message, hint);
    }
}
