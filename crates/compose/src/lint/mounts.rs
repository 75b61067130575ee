//! Paths of the host in containers, and data that nobody will find again.

use super::Rule;
use super::findings::Findings;
use super::known::Kind;
use super::subject::{Subject, has_mounts, kind};
use crate::Severity;
use crate::model::{Mount, MountKind};

pub(super) static RULES: &[&Rule] =
    &[&DOCKER_SOCKET, &HOST_PATH, &HOST_PATH_READ_ONLY, &ANONYMOUS_VOLUME, &DATABASE_WITHOUT_VOLUME];

static DOCKER_SOCKET: Rule = Rule {
    code: "docker-socket",
    severity: Severity::Warning,
    title: "a container has the socket of the engine",
    why: "Whoever can speak to the engine can start a privileged container, read-only mount or not: it is root on the host.",
    cure: "put a socket proxy in between that only lets the needed calls through, or do without",
};

static HOST_PATH: Rule = Rule {
    code: "host-path",
    severity: Severity::Warning,
    title: "a container may write to a folder of the host's system",
    why: "A program that writes to `/etc`, `/usr` or the engine's own folder can take the host over, or break it.",
    cure: "mount the one file or folder that is needed, and read-only: add `:ro`",
};

static HOST_PATH_READ_ONLY: Rule = Rule {
    code: "host-path-read-only",
    severity: Severity::Info,
    title: "a container can read a folder of the host's system",
    why: "Keys, passwords and the data of all other containers may be in it. Monitoring agents need it, others do not.",
    cure: "mount the one file or folder that is needed",
};

static ANONYMOUS_VOLUME: Rule = Rule {
    code: "anonymous-volume",
    severity: Severity::Warning,
    title: "data is kept in a volume without a name",
    why: "After `down` nobody knows which of the volumes with random names it was: the data is as good as gone.",
    cure: "name it: `data:/path`, and declare `data` under the top-level `volumes`",
};

static DATABASE_WITHOUT_VOLUME: Rule = Rule {
    code: "database-without-volume",
    severity: Severity::Warning,
    title: "a database keeps nothing outside its container",
    why: "Its data is in an anonymous volume of its image or in the container itself, and is gone with it.",
    cure: "mount a named volume where the image keeps its data, or `tmpfs` if it may be lost",
};

/// Folders that belong to the host's system, with everything below them.
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

/// Folders that hold those of others; only they themselves.
const PARENTS: &[&str] = &["/", "/home", "/var", "/var/lib"];

/// What every other container mounts, and nobody is hurt by.
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
            if mount.kind == MountKind::Volume && mount.source.is_none() {
                let message = format!("service `{name}` keeps `{}` in a volume without a name", mount.target);
                findings.add(&ANONYMOUS_VOLUME, Some(name), &path, message);
            }
        }
        if service.use_api_socket {
            let message = format!("service `{name}` has the socket of the engine");
            findings.add(&DOCKER_SOCKET, Some(name), &format!("services.{name}.use_api_socket"), message);
        }
        // An anonymous mount is reported as such.
        if kind(service) == Some(Kind::Store) && !has_mounts(service) && service.volumes.is_empty() {
            let message = format!("service `{name}` keeps its data inside its container");
            findings.add(&DATABASE_WITHOUT_VOLUME, Some(name), &format!("services.{name}.volumes"), message);
        }
    }
}

fn bind(name: &str, mount: &Mount, path: &str, findings: &mut Findings<'_>) {
    let Some(source) = mount.source.as_deref().filter(|_| mount.kind == MountKind::Bind) else { return };
    let source = if source == "/" { source } else { source.trim_end_matches('/') };
    if SOCKETS.iter().any(|socket| source.rsplit('/').next() == Some(*socket)) {
        let message = format!("service `{name}` has the socket of the engine");
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
    let (rule, may) =
        if mount.read_only { (&HOST_PATH_READ_ONLY, "can read") } else { (&HOST_PATH, "may write to") };
    findings.add(rule, Some(name), path, format!("service `{name}` {may} `{source}` of the host"));
}
