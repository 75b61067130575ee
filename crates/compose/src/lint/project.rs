//! The project as a whole.

use super::Rule;
use super::findings::Findings;
use super::known::Kind;
use super::subject::{Subject, has_mounts, kind};
use crate::Severity;
use crate::model::Service;

pub(super) static RULES: &[&Rule] = &[&NO_BACKUP, &UNUSED_RESOURCE, &OBSOLETE_VERSION];

static NO_BACKUP: Rule = Rule {
    code: "no-backup",
    severity: Severity::Info,
    title: "a database keeps data and nothing in the project copies it away",
    why: "A volume is one disk of one host. Backups may be made outside this project; the file does not show it. A backup \
          that was never restored is a hope.",
    cure: "add a service that dumps the database to another host on schedule, and restore the dump on a second host now \
           and then; a service whose name, image or command says `backup` or `dump` counts",
};

static UNUSED_RESOURCE: Rule = Rule {
    code: "unused-resource",
    severity: Severity::Info,
    title: "a network, volume, config or secret is declared and not used",
    why: "It is not made. Most often a service refers to something else by mistake, and keeps its data elsewhere.",
    cure: "use it or remove it",
};

static OBSOLETE_VERSION: Rule = Rule {
    code: "obsolete-version",
    severity: Severity::Info,
    title: "the file has a `version`",
    why: "It has had no meaning for years.",
    cure: "remove it",
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.spans.has("version") {
        findings.add(&OBSOLETE_VERSION, None, "version", "`version` means nothing");
    }
    unused(subject, findings);
    let stores = || subject.services().filter(|(_, service)| kind(service) == Some(Kind::Store));
    let keeping = stores().find(|(_, service)| has_mounts(service) && is_database(service));
    if let Some((name, _)) = keeping
        && !subject.services().any(|(name, service)| copies_away(name, service))
    {
        let message = format!("service `{name}` keeps data and no service of the project makes backups");
        findings.add(&NO_BACKUP, Some(name), &format!("services.{name}"), message);
    }
}

/// Caches and brokers lose nothing that nobody else has.
fn is_database(service: &Service) -> bool {
    const PASSING: &[&str] =
        &["memcached", "redis", "valkey", "keydb", "rabbitmq", "nats", "kafka", "zookeeper"];
    let image = service.image.as_deref().map(super::known::repository).unwrap_or_default();
    !image.rsplit('/').next().is_some_and(|name| PASSING.contains(&name))
}

fn copies_away(name: &str, service: &Service) -> bool {
    let says =
        |text: &str| ["backup", "dump", "restic", "borg", "wal-g"].iter().any(|word| text.contains(word));
    kind(service) == Some(Kind::Backup)
        || says(name)
        || service.image.as_deref().is_some_and(says)
        || service.command.iter().chain(&service.entrypoint).flatten().any(|word| says(word))
        || service.labels.keys().any(|label| says(label))
}

/// What is declared and not in the model. Silent while a service is inactive: it may be the one that uses it.
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
            let message = format!("`{key}` of `{section}` is not used by any service");
            let path = format!("{section}.{key}");
            findings.add(&UNUSED_RESOURCE, None, &path, message);
        }
    }
}
