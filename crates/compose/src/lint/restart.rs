//! Whether a service comes back.

use super::Rule;
use super::findings::Findings;
use super::subject::Subject;
use crate::Severity;
use crate::model::Service;

pub(super) static RULES: &[&Rule] = &[&NO_RESTART_POLICY, &JOB_RESTARTS];

static NO_RESTART_POLICY: Rule = Rule {
    code: "no-restart-policy",
    severity: Severity::Warning,
    title: "a service has no restart policy",
    why: "After a crash, and after the host has been restarted, the service stays down until somebody notices.",
    cure: "add `restart: unless-stopped`, or `restart: \"no\"` for what is meant to end",
};

static JOB_RESTARTS: Rule = Rule {
    code: "job-restarts",
    severity: Severity::Warning,
    title: "a job is restarted after it has succeeded",
    why: "Somebody waits with `service_completed_successfully` for a service that the engine starts again whenever it ends: \
          the job runs over and over.",
    cure: "write `restart: \"no\"`, or `restart: on-failure` to repeat a failed run",
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Policy {
    Unsaid,
    Never,
    OnFailure,
    Always,
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        let is_job = subject.jobs.contains(name);
        match (policy(service), is_job) {
            (Policy::Unsaid, false) => {
                let message = format!("service `{name}` has no restart policy");
                findings.add(&NO_RESTART_POLICY, Some(name), &format!("services.{name}.restart"), message);
            }
            (Policy::Always, true) => {
                let message = format!("service `{name}` is awaited to succeed, and is restarted when it has");
                findings.add(
                    &JOB_RESTARTS,
                    Some(name),
                    &format!("services.{name}.{}", attribute(service)),
                    message,
                );
            }
            _ => {}
        }
    }
}

fn attribute(service: &Service) -> &'static str {
    let in_deploy = service.deploy.as_ref().is_some_and(|deploy| deploy.restart_policy.is_some());
    if in_deploy { "deploy.restart_policy" } else { "restart" }
}

/// `deploy.restart_policy` wins over `restart`, and means `any` when it says nothing more.
fn policy(service: &Service) -> Policy {
    if let Some(policy) = service.deploy.as_ref().and_then(|deploy| deploy.restart_policy.as_ref()) {
        return match policy.condition.as_deref() {
            Some("none") => Policy::Never,
            Some("on-failure") => Policy::OnFailure,
            _ => Policy::Always,
        };
    }
    match service.restart.as_deref() {
        None | Some("") => Policy::Unsaid,
        Some("no") => Policy::Never,
        Some(policy) if policy.starts_with("on-failure") => Policy::OnFailure,
        Some(_) => Policy::Always,
    }
}
