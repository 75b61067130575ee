//! References to undefined services, networks, volumes, configs, secrets and models.

use super::Subject;
use super::said;
use crate::Code;
use crate::cursor::Cursor;
use crate::model::{FileReference, MountKind, Service};
use crate::suggest::did_you_mean;

/// Checks what a service refers to.
pub(super) fn check(subject: &Subject<'_>, name: &str, service: &Service) {
    // Suggestions are expensive to compute, and nobody would see them.
    if subject.report.is_full() {
        return;
    }
    dependencies(subject, name, service);
    networks(subject, name, service);
    volumes(subject, name, service);
    files(subject, name, service);
    models(subject, name, service);
    build_contexts(subject, name, service);
}

fn dependencies(subject: &Subject<'_>, name: &str, service: &Service) {
    let services = &subject.project.services;
    for (dependency, details) in &service.depends_on {
        if services.contains_key(dependency) || subject.report.is_full() {
            continue;
        }
        // An implied dependency is not written in `depends_on`.
        let mark = ["depends_on", "links", "volumes_from", "network_mode", "ipc", "pid", "uts", "cgroup"]
            .iter()
            .find_map(|attribute| subject.mention(name, attribute, dependency))
            .or_else(|| subject.mark(name, ""));
        if subject.inactive.contains(dependency) {
            if details.required {
                subject.report.error_with_hint(
                    Code::UndefinedReference,
                    mark,
                    said::dependency_inactive(name, dependency),
                    said::activate_profile(),
                );
            }
            continue;
        }
        let known =
            services.keys().chain(subject.inactive).map(String::as_str).filter(|known| *known != name);
        let message = said::dependency_undefined(name, dependency);
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
            .unwrap_or_else(|| said::declare_network(network));
        let message = said::network_undefined(name, network);
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
        let hint = did_you_mean(source, declared.keys().map(String::as_str))
            .unwrap_or_else(|| said::declare_volume(source));
        let message = said::volume_undefined(name, source);
        subject.report.error_with_hint(Code::UndefinedReference, mark, message, hint);
    }
}

fn files(subject: &Subject<'_>, name: &str, service: &Service) {
    let configs: Vec<&str> = subject.project.configs.keys().map(String::as_str).collect();
    let secrets: Vec<&str> = subject.project.secrets.keys().map(String::as_str).collect();
    let build = service.build.iter().flat_map(|build| &build.secrets);
    declared(subject, name, "config", &configs, service.configs.iter());
    declared(subject, name, "secret", &secrets, service.secrets.iter().chain(build));
}

/// Rejects references to a config or secret that is not declared at top level.
fn declared<'a>(
    subject: &Subject<'_>,
    name: &str,
    kind: &str,
    known: &[&str],
    references: impl Iterator<Item = &'a FileReference>,
) {
    for reference in references.filter(|reference| !known.contains(&reference.source.as_str())) {
        if subject.report.is_full() {
            return;
        }
        let section = format!("{kind}s");
        let source = &reference.source;
        let mark = subject
            .mention(name, &section, source)
            .or_else(|| subject.mark(name, if kind == "secret" { "build" } else { &section }));
        let hint = did_you_mean(source, known.iter().copied())
            .unwrap_or_else(|| said::declare_in_section(source, section));
        let message = said::file_undefined(name, kind, source);
        subject.report.error_with_hint(Code::UndefinedReference, mark, message, hint);
    }
}

fn models(subject: &Subject<'_>, name: &str, service: &Service) {
    let section = subject.root.get("models");
    let declared = section.as_ref().and_then(Cursor::mapping).into_iter().flatten();
    let known: Vec<&str> = declared.map(|(key, _)| key.as_str()).collect();
    for model in service.models.keys().filter(|model| !known.contains(&model.as_str())) {
        if subject.report.is_full() {
            return;
        }
        let mark = subject.mention(name, "models", model);
        let hint = did_you_mean(model, known.iter().copied()).unwrap_or_else(|| said::declare_model(model));
        let message = said::model_undefined(name, model);
        subject.report.error_with_hint(Code::UndefinedReference, mark, message, hint);
    }
}

/// A build context may be the image that another service builds.
fn build_contexts(subject: &Subject<'_>, name: &str, service: &Service) {
    let contexts = service.build.iter().flat_map(|build| &build.additional_contexts);
    for other in contexts.filter_map(|(_, context)| context.strip_prefix("service:")) {
        let services = &subject.project.services;
        let problem = match services.get(other) {
            Some(service) if service.build.is_some() => continue,
            Some(_) => said::build_context_not_built(name, other),
            None => said::build_context_undefined(name, other),
        };
        let hint = did_you_mean(
            other,
            services.keys().map(String::as_str).filter(|known| ![name, other].contains(known)),
        );
        let mark = subject.mark(name, "build");
        subject.report.error_with_hint(Code::UndefinedReference, mark, problem, hint);
    }
}
