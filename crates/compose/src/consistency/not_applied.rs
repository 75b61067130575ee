//! Attributes that are read, checked and kept in the model but have no effect. The table of all attributes
//! ([`crate::support`]) names the same ones.

use core_monitor_message::Message;

use super::Subject;
use super::said;
use crate::Code;
use crate::model::{Build, Deploy, FileReference, MountKind, Placement, Service};

mod top_level;

/// An attribute, and why it has no effect.
type Ineffective = (&'static str, Message);

/// Warns about the attributes of active services, and of the configs and secrets they use, that have no effect.
pub(super) fn warn(subject: &Subject<'_>) {
    for (name, service) in &subject.project.services {
        let deploy = service.deploy.as_ref().map(of_deploy).unwrap_or_default();
        let build = service.build.as_ref().map(of_build).unwrap_or_default();
        for (attribute, why) in [
            of_service(subject, name, service),
            deploy,
            of_files(subject, service),
            of_mounts(service),
            build,
        ]
        .concat()
        {
            let message = said::no_effect(attribute, name, why);
            let mark = subject.mark(name, attribute.split('.').next().unwrap_or(attribute));
            subject.report.warning(Code::NotApplied, mark, message);
        }
    }
    top_level::warn(subject);
}

/// Those whose condition holds.
fn written(all: impl IntoIterator<Item = (&'static str, Message, bool)>) -> Vec<Ineffective> {
    all.into_iter().filter(|(_, _, written)| *written).map(|(attribute, why, _)| (attribute, why)).collect()
}

fn of_service(subject: &Subject<'_>, name: &str, service: &Service) -> Vec<Ineffective> {
    written([
        ("develop", said::not_for_watch(), service.develop.is_some()),
        ("models", said::not_models(), !service.models.is_empty()),
        ("provider", said::not_providers(), service.provider.is_some()),
        ("credential_spec", said::not_windows(), service.credential_spec.is_some()),
        ("isolation", said::not_windows(), service.isolation.is_some()),
        ("cpu_count", said::not_windows(), service.cpu_count.is_some()),
        ("cpu_percent", said::not_windows(), service.cpu_percent.is_some()),
        ("use_api_socket", said::not_api_socket(), service.use_api_socket),
        (
            "pull_refresh_after",
            said::use_pull_policy_instead(),
            subject.has_attribute(name, "pull_refresh_after"),
        ),
    ])
}

fn of_deploy(deploy: &Deploy) -> Vec<Ineffective> {
    let restart = deploy.restart_policy.as_ref();
    let reservations = deploy.resources.reservations.as_ref();
    let mode = deploy.mode.as_deref().unwrap_or("replicated");
    written([
        ("deploy.placement", said::only_one_host(), deploy.placement != Placement::default()),
        ("deploy.mode", said::only_one_host(), mode != "replicated"),
        ("deploy.endpoint_mode", said::not_swarm(), deploy.endpoint_mode.is_some()),
        ("deploy.labels", said::not_swarm_labels(), !deploy.labels.is_empty()),
        ("deploy.update_config", said::not_swarm(), deploy.update_config.is_some()),
        ("deploy.rollback_config", said::not_swarm(), deploy.rollback_config.is_some()),
        (
            "deploy.restart_policy.delay",
            said::engine_times_restarts(),
            restart.is_some_and(|policy| policy.delay.is_some()),
        ),
        (
            "deploy.restart_policy.window",
            said::engine_times_restarts(),
            restart.is_some_and(|policy| policy.window.is_some()),
        ),
        (
            "deploy.resources.reservations.cpus",
            said::not_swarm(),
            reservations.is_some_and(|reserved| reserved.cpus.is_some()),
        ),
        (
            "deploy.resources.reservations.generic_resources",
            said::not_swarm(),
            reservations.is_some_and(|reserved| !reserved.generic_resources.is_empty()),
        ),
    ])
}

/// Owner and mode of the references that `counts` selects, under the names that `attributes` gives them.
fn ownership<'a>(
    references: &'a [FileReference],
    counts: impl Fn(&str) -> bool + 'a,
    attributes: [&'static str; 3],
    why: Message,
) -> Vec<Ineffective> {
    let any = |asked: fn(&FileReference) -> bool| {
        references.iter().any(|reference| asked(reference) && counts(&reference.source))
    };
    let [uid, gid, mode] = attributes;
    written([
        (uid, why.clone(), any(|reference| reference.uid.is_some())),
        (gid, why.clone(), any(|reference| reference.gid.is_some())),
        (mode, why, any(|reference| reference.mode.is_some())),
    ])
}

/// A file of the project is mounted as it is. Docker compose warns about secrets and says nothing about configs.
fn of_files(subject: &Subject<'_>, service: &Service) -> Vec<Ineffective> {
    let project = subject.project;
    let config = |key: &str| project.configs.get(key).is_some_and(|config| config.file.is_some());
    let secret = |key: &str| project.secrets.get(key).is_some_and(|secret| secret.file.is_some());
    let why = said::mounted_as_it_is;
    let configs = ownership(&service.configs, config, ["configs.uid", "configs.gid", "configs.mode"], why());
    let secrets = ownership(&service.secrets, secret, ["secrets.uid", "secrets.gid", "secrets.mode"], why());
    [configs, secrets].concat()
}

fn of_mounts(service: &Service) -> Vec<Ineffective> {
    let binds = service.volumes.iter().filter(|mount| mount.kind == MountKind::Bind);
    // With any of these, the engine is asked in a form that has no label.
    let unlabelled = binds.filter_map(|mount| mount.bind.as_ref()).any(|bind| {
        bind.selinux.is_some()
            && (!bind.create_host_path || bind.propagation.is_some() || bind.recursive.is_some())
    });
    written([("volumes.bind.selinux", said::not_with_other_bind_options(), unlabelled)])
}

fn of_build(build: &Build) -> Vec<Ineffective> {
    let attributes = ["build.secrets.uid", "build.secrets.gid", "build.secrets.mode"];
    ownership(&build.secrets, |_| true, attributes, said::set_in_the_build_step())
}
