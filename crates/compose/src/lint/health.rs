//! Health checks.

use super::Rule;
use super::findings::Findings;
use super::said;
use super::subject::Subject;
use crate::Severity;
use crate::model::{Condition, Service};

pub(super) static RULES: &[&Rule] = &[&HEALTHY_WITHOUT_CHECK, &NO_HEALTHCHECK, &HEALTHCHECK_DISABLED];

static HEALTHY_WITHOUT_CHECK: Rule = Rule {
    code: "healthy-without-healthcheck",
    severity: Severity::Error,
    title: "`service_healthy` is required of a service without a health check",
    why: "Without a health check in the file or the image, the service never becomes healthy and starting the stack fails.",
    cure: said::cure_healthy_without_healthcheck,
};

static NO_HEALTHCHECK: Rule = Rule {
    code: "no-healthcheck",
    severity: Severity::Warning,
    title: "a service has no health check",
    why: "A hung process is still running. Without a health check nobody notices, updates count as ready too early, and \
          dependent services start before this one responds.",
    cure: said::cure_no_healthcheck,
};

static HEALTHCHECK_DISABLED: Rule = Rule {
    code: "healthcheck-disabled",
    severity: Severity::Warning,
    title: "the health check is disabled",
    why: "The image's own health check would detect a hung service.",
    cure: said::cure_healthcheck_disabled,
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        awaited(subject, name, service, findings);
        let state = Check::of(service);
        if state == Check::Disabled {
            let message = said::lint_healthcheck_disabled(name);
            findings.add(&HEALTHCHECK_DISABLED, Some(name), &format!("services.{name}.healthcheck"), message);
        }
        // A job needs no health check, and a service that is awaited as healthy already has an error.
        let judged = subject.jobs.contains(name) || subject.awaited_healthy.contains(name);
        if state == Check::Absent && !judged {
            let message = said::lint_no_healthcheck(name);
            findings.add(&NO_HEALTHCHECK, Some(name), &format!("services.{name}.healthcheck"), message);
        }
    }
}

fn awaited(subject: &Subject<'_>, name: &str, service: &Service, findings: &mut Findings<'_>) {
    for (dependency, edge) in &service.depends_on {
        let Some(other) = subject.project.services.get(dependency) else { continue };
        if edge.condition != Condition::Healthy || other.provider.is_some() {
            continue;
        }
        let message = match Check::of(other) {
            Check::Written => continue,
            Check::Absent => said::lint_awaited_without_check(name, dependency),
            Check::Disabled => said::lint_awaited_with_check_disabled(name, dependency),
        };
        let path = format!("services.{name}.depends_on.{dependency}");
        findings.add_between(&HEALTHY_WITHOUT_CHECK, [name, dependency], &path, message);
    }
}

#[derive(PartialEq, Eq)]
enum Check {
    /// Nothing is written: the image's health check applies, if it has one.
    Absent,
    /// A test, or options for the image's own test.
    Written,
    Disabled,
}

impl Check {
    fn of(service: &Service) -> Self {
        match &service.healthcheck {
            None => Self::Absent,
            Some(check) if check.disable || check.test.first().is_some_and(|word| word == "NONE") => {
                Self::Disabled
            }
            Some(_) => Self::Written,
        }
    }
}
