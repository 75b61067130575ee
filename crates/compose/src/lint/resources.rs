//! Resource limits: memory, CPU and log size.

use super::Rule;
use super::findings::Findings;
use super::said;
use super::subject::Subject;
use crate::Severity;
use crate::model::{Bytes, Service};
use core_monitor_message::Message;

pub(super) static RULES: &[&Rule] = &[&NO_MEMORY_LIMIT, &NO_CPU_LIMIT, &NO_LOG_ROTATION];

static NO_MEMORY_LIMIT: Rule = Rule {
    code: "no-memory-limit",
    severity: Severity::Warning,
    title: "a service has no memory limit",
    why: "A leak in one service uses up the host's memory, and the kernel may then kill a healthy service or the engine.",
    cure: said::cure_no_memory_limit,
};

static NO_CPU_LIMIT: Rule = Rule {
    code: "no-cpu-limit",
    severity: Severity::Info,
    title: "a service has no CPU limit",
    why: "One runaway service slows down all others.",
    cure: said::cure_no_cpu_limit,
};

static NO_LOG_ROTATION: Rule = Rule {
    code: "no-log-rotation",
    severity: Severity::Warning,
    title: "the log of a service grows without limit",
    why: "The engine's default driver, `json-file`, keeps everything a container ever wrote until the disk is full. Databases \
          are the first to fail.",
    cure: said::cure_no_log_rotation,
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        let mut add = |rule, path: String, message: Message| {
            findings.add(rule, Some(name), &path, message);
        };
        if !has_memory_limit(service) {
            let path = format!("services.{name}.deploy.resources.limits.memory");
            add(&NO_MEMORY_LIMIT, path, said::lint_no_memory_limit(name));
        }
        if !has_cpu_limit(service) {
            let path = format!("services.{name}.deploy.resources.limits.cpus");
            add(&NO_CPU_LIMIT, path, said::lint_no_cpu_limit(name));
        }
        if !rotates(service) {
            let path = format!("services.{name}.logging.options");
            add(&NO_LOG_ROTATION, path, said::lint_no_log_rotation(name));
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

/// Whether the log is bounded. `local` rotates by default, and drivers that send the log away do not use this disk.
fn rotates(service: &Service) -> bool {
    let Some(logging) = &service.logging else { return false };
    match logging.driver.as_deref() {
        None | Some("" | "json-file") => {
            logging.options.get("max-size").is_some_and(|size| !size.is_empty() && size != "-1")
        }
        Some(_) => true,
    }
}
