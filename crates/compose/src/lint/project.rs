//! The project as a whole.

use super::Rule;
use super::findings::Findings;
use super::known::Kind;
use super::said;
use super::subject::{Subject, has_mounts, kind};
use crate::Severity;
use crate::model::Service;

pub(super) static RULES: &[&Rule] = &[&NO_BACKUP, &UNUSED_RESOURCE, &OBSOLETE_VERSION];

static NO_BACKUP: Rule = Rule {
    code: "no-backup",
    severity: Severity::Info,
    title: "a database stores data, but the project makes no backups",
    why: "A volume is on one disk of one host. If backups are made outside this project, the file does not show it. A backup \
          that has never been restored cannot be relied on.",
    cure: said::cure_no_backup,
};

static UNUSED_RESOURCE: Rule = Rule {
    code: "unused-resource",
    severity: Severity::Info,
    title: "a network, volume, config or secret is declared but not used",
    why: "It is not created. Often a service refers to a different name by mistake and stores its data elsewhere.",
    cure: said::cure_unused_resource,
};

static OBSOLETE_VERSION: Rule = Rule {
    code: "obsolete-version",
    severity: Severity::Info,
    title: "the file has a `version`",
    why: "Compose has ignored it for years.",
    cure: said::cure_obsolete_version,
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.spans.has("version") {
        findings.add(&OBSOLETE_VERSION, None, "version", said::lint_version_obsolete());
    }
    unused(subject, findings);
    let stores = || subject.services().filter(|(_, service)| kind(service) == Some(Kind::Store));
    let keeping = stores().find(|(_, service)| has_mounts(service) && is_database(service));
    if let Some((name, _)) = keeping
        && !subject.services().any(|(name, service)| makes_backups(name, service))
    {
        let message = said::lint_no_backup(name);
        findings.add(&NO_BACKUP, Some(name), &format!("services.{name}"), message);
    }
}

/// Whether a service stores data worth a backup; caches and brokers usually do not.
fn is_database(service: &Service) -> bool {
    const TRANSIENT: &[&str] =
        &["memcached", "redis", "valkey", "keydb", "rabbitmq", "nats", "kafka", "zookeeper"];
    let image = service.image.as_deref().map(super::known::repository).unwrap_or_default();
    !image.rsplit('/').next().is_some_and(|name| TRANSIENT.contains(&name))
}

fn makes_backups(name: &str, service: &Service) -> bool {
    let says =
        |text: &str| ["backup", "dump", "restic", "borg", "wal-g"].iter().any(|word| text.contains(word));
    kind(service) == Some(Kind::Backup)
        || says(name)
        || service.image.as_deref().is_some_and(says)
        || service.command.iter().chain(&service.entrypoint).flatten().any(|word| says(word))
        || service.labels.keys().any(|label| says(label))
}

/// Resources that are declared but not in the model. Skipped while a service is inactive, since it may use them.
fn unused(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let project = subject.project;
    if subject.spans.keys("services").len() != project.services.len() {
        return;
    }
    for section in ["networks", "volumes", "configs", "secrets"] {
        let used = |key: &str| match section {
            "networks" => project.networks.contains_key(key),
            "volumes" => project.volumes.contains_key(key),
            "configs" => project.configs.contains_key(key),
            _ => project.secrets.contains_key(key),
        };
        for key in subject.spans.keys(section) {
            if used(key) || key.starts_with("x-") {
                continue;
            }
            let message = said::lint_unused(key, section);
            let path = format!("{section}.{key}");
            findings.add(&UNUSED_RESOURCE, None, &path, message);
        }
    }
}
