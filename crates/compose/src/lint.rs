//! Checks whether a valid project is ready for production, and says how to fix what is not.
//!
//! A finding never rejects a project. Rules look at the model and its source positions; no rule contacts an engine or a
//! registry, so the result depends on the files alone. Findings about things the files cannot show, such as what an image
//! contains, are worded as possibilities. No finding contains the value of a variable.
//!
//! Each family of rules has a file with its table. To add a rule, add a `static`, list it in the family's `RULES`, and add a
//! case under `tests/cases/lint/`. [`CHECKLIST`] maps the items of a go-live checklist to rules.

mod authentication;
mod development;
mod engines;
mod findings;
mod health;
mod ignored;
mod images;
mod known;
mod mounts;
mod page;
mod ports;
mod privileges;
mod project;
mod resources;
mod restart;
mod rule;
pub(crate) mod said;
mod secrets;
mod subject;

pub use page::reference_page;
pub use rule::Rule;
pub(crate) use secrets::looks_secret;

use crate::{Loaded, Severity, Span};
use core_monitor_message::Message;
use serde::Serialize;
use std::fmt;

/// Every rule, by family, in the order of the reference page.
pub static RULES: &[&[&Rule]] = &[
    images::RULES,
    health::RULES,
    restart::RULES,
    resources::RULES,
    secrets::RULES,
    authentication::RULES,
    ports::RULES,
    privileges::RULES,
    mounts::RULES,
    development::RULES,
    engines::RULES,
    project::RULES,
    ignored::RULES,
];

/// What people check before going to production, and the codes of the rules that check it. An item that a file cannot
/// prove lists the rules that mention this.
pub const CHECKLIST: &[(&str, &[&str])] = &[
    (
        "database passwords are changed from their defaults",
        &[
            "default-password",
            "inline-secret",
            "plain-secret-variable",
            "password-in-url",
            "secret-in-command",
            "secret-in-build-args",
        ],
    ),
    ("development modes are off", &["dev-mode", "source-mount"]),
    ("critical services restart after a failure", &["no-restart-policy", "job-restarts", "no-healthcheck"]),
    ("dashboards require a login", &["no-authentication"]),
    ("databases are backed up", &["no-backup", "database-without-volume", "anonymous-volume"]),
    ("a reverse proxy is in front", &["no-reverse-proxy", "public-port", "public-database-port"]),
    ("HTTPS is on", &["no-tls"]),
    ("memory and CPU are limited", &["no-memory-limit", "no-cpu-limit"]),
    ("logs rotate", &["no-log-rotation"]),
    (
        "disaster recovery is rehearsed (a file cannot show this; these rules find what a recovery would not bring back)",
        &["no-backup", "floating-tag", "moving-image", "no-digest", "anonymous-volume", "source-mount"],
    ),
];

/// One thing to fix or reconsider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Code of the rule.
    pub code: &'static str,
    /// How serious it is.
    pub severity: Severity,
    /// One lower-case sentence without a full stop. Never contains the value of a variable.
    pub message: Message,
    /// How to fix it.
    pub hint: Message,
    /// The path it concerns, such as `services.web.ports[0]`; nothing may be written there yet.
    pub path: String,
    /// The position of the path, or of its nearest written parent.
    pub span: Option<Span>,
}

impl fmt::Display for Finding {
    /// `file:line:column: message (hint)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(span) = &self.span {
            write!(f, "{span}: ")?;
        }
        write!(f, "{} ({})", self.message, self.hint)
    }
}

/// Counts of findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
    /// Findings suppressed by `x-lint`.
    pub suppressed: usize,
    /// How many of the errors, warnings and infos are not listed.
    pub left_out: usize,
}

/// How many findings are listed. Nobody reads more, and a definition with ten thousand services may have ten of them for each.
pub const MOST_FINDINGS: usize = 500;

/// The result of the lint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LintReport {
    /// Findings in the order of the files, at most [`MOST_FINDINGS`]: the most severe.
    pub findings: Vec<Finding>,
    /// Their counts.
    pub summary: Summary,
}

/// Lints a loaded project. Services of inactive profiles are skipped.
pub fn lint(loaded: &Loaded) -> LintReport {
    let subject = subject::Subject::new(loaded);
    let ignored = ignored::Ignored::read(&subject);
    let mut findings = findings::Findings::new(subject.spans, ignored);
    for family in [
        images::check,
        health::check,
        restart::check,
        resources::check,
        secrets::check,
        authentication::check,
        ports::check,
        privileges::check,
        mounts::check,
        development::check,
        engines::check,
        project::check,
        ignored::check,
    ] {
        family(&subject, &mut findings);
    }
    findings.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_well_formed_and_unique() {
        let mut seen = HashSet::new();
        for rule in RULES.iter().copied().flatten() {
            assert!(seen.insert(rule.code), "{} twice", rule.code);
            assert!(rule.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.code);
            assert!(
                !(rule.cure)().text().ends_with('.') && rule.why.ends_with('.'),
                "{}: punctuation of the page",
                rule.code
            );
        }
    }

    #[test]
    fn the_checklist_names_existing_rules() {
        let codes: HashSet<&str> = RULES.iter().copied().flatten().map(|rule| rule.code).collect();
        for code in CHECKLIST.iter().flat_map(|(_, codes)| *codes) {
            assert!(codes.contains(code), "{code}");
        }
    }
}
