//! What one service may take from all others: memory, processors, disk.

use super::Rule;
use super::findings::Findings;
use super::subject::Subject;
use crate::Severity;
use crate::model::{Bytes, Service};

pub(super) static RULES: &[&Rule] = &[&NO_MEMORY_LIMIT, &NO_CPU_LIMIT, &NO_LOG_ROTATION];

static NO_MEMORY_LIMIT: Rule = Rule {
    code: "no-memory-limit",
    severity: Severity::Warning,
    title: "a service has no memory limit",
    why: "A leak in one service takes the memory of the host, and the kernel may then kill a healthy one, or the engine.",
    cure: "add `mem_limit: 512m`, or `deploy.resources.limits.memory`",
};

static NO_CPU_LIMIT: Rule = Rule {
    code: "no-cpu-limit",
    severity: Severity::Info,
    title: "a service has no processor limit",
    why: "One service that spins slows all others down.",
    cure: "add `cpus: 1.5`, or `deploy.resources.limits.cpus`",
};

static NO_LOG_ROTATION: Rule = Rule {
    code: "no-log-rotation",
    severity: Severity::Warning,
    title: "the log of a service grows without end",
    why: "The driver `json-file`, which is the engine's default, keeps everything a container ever wrote. Full disks stop \
          databases first.",
    cure: "add `logging: {driver: json-file, options: {max-size: 10m, max-file: \"3\"}}`, or `driver: local`, which rotates \
           by itself",
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        let mut add = |rule, path: String, lacks: &str| {
            findings.add(rule, Some(name), &path, format!("service `{name}` {lacks}"));
        };
        if !has_memory_limit(service) {
            let path = format!("services.{name}.deploy.resources.limits.memory");
            add(&NO_MEMORY_LIMIT, path, "may take all the memory of the host");
        }
        if !has_cpu_limit(service) {
            let path = format!("services.{name}.deploy.resources.limits.cpus");
            add(&NO_CPU_LIMIT, path, "may take all processors of the host");
        }
        if !rotates(service) {
            let path = format!("services.{name}.logging.options");
            add(&NO_LOG_ROTATION, path, "writes a log that is never shortened");
        }
    }
}

/// Zero and `-1` mean no limit.
fn has_memory_limit(service: &Service) -> bool {
    let limits = service.deploy.as_ref().and_then(|deploy| deploy.resources.limits.as_ref());
    let in_deploy = limits.and_then(|limits| limits.memory);
    service.mem_limit.or(in_deploy).is_some_and(|Bytes(bytes)| bytes > 0)
}

fn has_cpu_limit(service: &Service) -> bool {
    let limits = service.deploy.as_ref().and_then(|deploy| deploy.resources.limits.as_ref());
    let in_deploy = limits.and_then(|limits| limits.cpus);
    service.cpus.or(in_deploy).is_some_and(|cpus| cpus > 0.0)
        || service.cpu_quota.is_some_and(|quota| quota > 0)
        || service.cpuset.is_some()
}

/// Whether the log is bounded. `local` rotates at 5 files of 20 MB unless told otherwise; drivers that send the log away
/// are somebody else's disk.
fn rotates(service: &Service) -> bool {
    let Some(logging) = &service.logging else { return false };
    match logging.driver.as_deref() {
        None | Some("" | "json-file") => {
            logging.options.get("max-size").is_some_and(|size| !size.is_empty() && size != "-1")
        }
        Some(_) => true,
    }
}
