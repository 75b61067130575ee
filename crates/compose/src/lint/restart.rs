//! Restart policies.

use super::Rule;
use super::findings::Findings;
use super::said;
use super::subject::Subject;
use crate::Severity;
use crate::model::Service;

pub(super) static RULES: &[&Rule] = &[&NO_RESTART_POLICY, &JOB_RESTARTS];

static NO_RESTART_POLICY: Rule = Rule {
    code: "no-restart-policy",
    severity: Severity::Warning,
    title: "a service has no restart policy",
    why: "After a crash or a reboot of the host, the service stays down until somebody notices.",
    cure: said::cure_no_restart_policy,
};

static JOB_RESTARTS: Rule = Rule {
    code: "job-restarts",
    severity: Severity::Warning,
    title: "a job is restarted after it has succeeded",
    why: "Another service waits for it with `service_completed_successfully`, but the engine restarts it whenever it ends, so \
          the job runs over and over.",
    cure: said::cure_job_restarts,
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
                let message = said::lint_no_restart_policy(name);
                findings.add(&NO_RESTART_POLICY, Some(name), &format!("services.{name}.restart"), message);
            }
            (Policy::Always, true) => {
                let message = said::lint_job_restarts(name);
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

/// `deploy.restart_policy` overrides `restart`; its default condition is `any`.
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
