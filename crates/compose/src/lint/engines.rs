//! What not every supported engine carries out.

use super::Rule;
use super::findings::Findings;
use super::said;
use super::subject::Subject;
use crate::Severity;
use crate::support::engine_needs;

pub(super) static RULES: &[&Rule] = &[&NEWER_ENGINE];

static NEWER_ENGINE: Rule = Rule {
    code: "newer-engine",
    severity: Severity::Info,
    title: "an attribute needs a newer engine than the oldest supported one",
    why: "Older engines ignore what they do not know, so a plan for such a host is blocked. Elsewhere it makes no difference.",
    cure: said::cure_newer_engine,
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for need in engine_needs(subject.project) {
        // The names that `*` stands for are not known here; the attribute before them is.
        let known = need.attribute.split(".*").next().unwrap_or(need.attribute);
        let path = format!("{}.{}.{known}", need.section, need.owner);
        let service = (need.section == "services").then_some(need.owner.as_str());
        let message = said::lint_newer_engine(need.attribute, &need.owner, need.since.release);
        findings.add(&NEWER_ENGINE, service, &path, message);
    }
}
