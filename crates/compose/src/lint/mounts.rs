//! Host paths in containers, and data that is easily lost.

use super::Rule;
use super::findings::Findings;
use super::known::Kind;
use super::said;
use super::subject::{Subject, has_mounts, kind};
use crate::Severity;
use crate::model::{Mount, MountKind};

pub(super) static RULES: &[&Rule] = &[
    &DOCKER_SOCKET,
    &HOST_PATH,
    &HOST_PATH_READ_ONLY,
    &ANONYMOUS_VOLUME,
    &ONE_LETTER_VOLUME,
    &DATABASE_WITHOUT_VOLUME,
];

static DOCKER_SOCKET: Rule = Rule {
    code: "docker-socket",
    severity: Severity::Warning,
    title: "a container has access to the engine's socket",
    why: "Access to the engine is root on the host, since it can start privileged containers. A read-only mount does not help.",
    cure: said::cure_docker_socket,
};

static HOST_PATH: Rule = Rule {
    code: "host-path",
    severity: Severity::Warning,
    title: "a container can write to a system folder of the host",
    why: "A program that can write to `/etc`, `/usr` or the engine's own folder can take over the host or break it.",
    cure: said::cure_host_path,
};

static HOST_PATH_READ_ONLY: Rule = Rule {
    code: "host-path-read-only",
    severity: Severity::Info,
    title: "a container can read a system folder of the host",
    why: "It may contain keys, passwords and the data of all other containers. Monitoring agents need this, other services do not.",
    cure: said::cure_host_path_read_only,
};

static ANONYMOUS_VOLUME: Rule = Rule {
    code: "anonymous-volume",
    severity: Severity::Warning,
    title: "data is stored in an anonymous volume",
    why: "Anonymous volumes have random names. Once the container is removed, nobody can tell which volume held the data.",
    cure: said::cure_anonymous_volume,
};

static ONE_LETTER_VOLUME: Rule = Rule {
    code: "one-letter-volume",
    severity: Severity::Error,
    title: "the name of a volume is read as a Windows drive",
    why: "Docker Compose reads one letter before a colon as a drive: `v:/data` is not the volume `v`, but an anonymous volume at a path that only Windows has.",
    cure: said::cure_one_letter_volume,
};

static DATABASE_WITHOUT_VOLUME: Rule = Rule {
    code: "database-without-volume",
    severity: Severity::Warning,
    title: "a database stores its data inside its container",
    why: "The data is in the container itself or in an anonymous volume of its image, and is lost when the container is removed.",
    cure: said::cure_database_without_volume,
};

/// System folders of the host, including everything below them.
const SYSTEM: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/run",
];

/// Parent folders of other data; only the folders themselves.
const PARENTS: &[&str] = &["/", "/home", "/var", "/var/lib"];

/// Common mounts that do no harm.
const HARMLESS: &[&str] = &[
    "/dev/dri",
    "/dev/shm",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/ssl/certs",
    "/etc/ca-certificates",
    "/run/secrets",
    "/usr/share/zoneinfo",
];

const SOCKETS: &[&str] = &["docker.sock", "containerd.sock", "podman.sock", "crio.sock"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        for (index, mount) in service.volumes.iter().enumerate() {
            let path = subject.spans.mount_path(name, index);
            bind(name, mount, &path, findings);
            if mount.kind != MountKind::Volume || mount.source.is_some() {
                continue;
            }
            if is_on_a_drive(&mount.target) {
                let message = said::lint_one_letter_volume(name, &mount.target);
                findings.add(&ONE_LETTER_VOLUME, Some(name), &path, message);
            } else {
                let message = said::lint_anonymous_volume(name, &mount.target);
                findings.add(&ANONYMOUS_VOLUME, Some(name), &path, message);
            }
        }
        if service.use_api_socket {
            let message = said::lint_engine_socket(name);
            findings.add(&DOCKER_SOCKET, Some(name), &format!("services.{name}.use_api_socket"), message);
        }
        // An anonymous volume has its own finding.
        if kind(service) == Some(Kind::Store) && !has_mounts(service) && service.volumes.is_empty() {
            let message = said::lint_data_in_container(name);
            findings.add(&DATABASE_WITHOUT_VOLUME, Some(name), &format!("services.{name}.volumes"), message);
        }
    }
}

/// Whether a path begins with a letter and a colon.
fn is_on_a_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic())
}

fn bind(name: &str, mount: &Mount, path: &str, findings: &mut Findings<'_>) {
    let Some(source) = mount.source.as_deref().filter(|_| mount.kind == MountKind::Bind) else { return };
    let source = if source == "/" { source } else { source.trim_end_matches('/') };
    if SOCKETS.iter().any(|socket| source.rsplit('/').next() == Some(*socket)) {
        let message = said::lint_engine_socket(name);
        findings.add(&DOCKER_SOCKET, Some(name), path, message);
        return;
    }
    let below = |folder: &str| {
        source.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_system = PARENTS.contains(&source) || SYSTEM.iter().any(|folder| below(folder));
    if !is_system || HARMLESS.iter().any(|folder| below(folder)) {
        return;
    }
    let (rule, message) = if mount.read_only {
        (&HOST_PATH_READ_ONLY, said::lint_can_read(name, source))
    } else {
        (&HOST_PATH, said::lint_can_write(name, source))
    };
    findings.add(rule, Some(name), path, message);
}
