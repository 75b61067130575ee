//! Whether anybody notices that a service has stopped working.

use super::Rule;
use super::findings::Findings;
use super::subject::Subject;
use crate::Severity;
use crate::model::{Condition, Service};

pub(super) static RULES: &[&Rule] = &[&HEALTHY_WITHOUT_CHECK, &NO_HEALTHCHECK, &HEALTHCHECK_DISABLED];

static HEALTHY_WITHOUT_CHECK: Rule = Rule {
    code: "healthy-without-healthcheck",
    severity: Severity::Error,
    title: "`service_healthy` is awaited of a service without a health check",
    why: "Without a check, of its own or of its image, the service never becomes healthy: bringing it up fails.",
    cure: "add a `healthcheck` to the service that is awaited, or wait for `service_started`; if its image brings a check, \
           ignore this rule there",
};

static NO_HEALTHCHECK: Rule = Rule {
    code: "no-healthcheck",
    severity: Severity::Warning,
    title: "a service has no health check",
    why: "A process that hangs still runs. Without a check nobody notices, an update counts as ready too early, and \
          dependants start before it answers.",
    cure: "add a `healthcheck` that asks the service something, such as \
           `test: [CMD, wget, -q, --spider, http://localhost:8080/health]`",
};

static HEALTHCHECK_DISABLED: Rule = Rule {
    code: "healthcheck-disabled",
    severity: Severity::Warning,
    title: "the health check is switched off",
    why: "The image's own check would notice a service that hangs.",
    cure: "remove `disable` and `NONE`, or write a check that fits",
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        awaited(subject, name, service, findings);
        let state = Check::of(service);
        if state == Check::Disabled {
            let message = format!("service `{name}` has its health check switched off");
            findings.add(&HEALTHCHECK_DISABLED, Some(name), &format!("services.{name}.healthcheck"), message);
        }
        // A job is judged by how it ends, and one that is awaited healthy has an error already.
        let judged = subject.jobs.contains(name) || subject.awaited_healthy.contains(name);
        if state == Check::Absent && !judged {
            let message =
                format!("service `{name}` has no `healthcheck`, and its image may have none either");
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
        let lacks = match Check::of(other) {
            Check::Written => continue,
            Check::Absent => "has no `healthcheck`",
            Check::Disabled => "has its health check switched off",
        };
        let message = format!("service `{name}` waits until `{dependency}` is healthy, which {lacks}");
        let path = format!("services.{name}.depends_on.{dependency}");
        findings.add_between(&HEALTHY_WITHOUT_CHECK, [name, dependency], &path, message);
    }
}

#[derive(PartialEq, Eq)]
enum Check {
    /// Nothing is said, so the image's own check counts, if it has one.
    Absent,
    /// A test is written, or how the image's own is to be run.
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
