//! Whether a project that can be run should be: findings about production, with their cures.
//!
//! A finding refuses nothing. Rules look at the model and at where things were written; no rule asks an engine or a
//! registry, so an answer depends on the files alone. What cannot be seen in the files, such as what an image itself
//! brings, is said in words that leave it open. No finding holds a value of a variable.
//!
//! One file per family of rules, each with its table; to add a rule, add its `static`, name it in the family's `RULES`, and
//! add a case under `tests/cases/lint/`. [`CHECKLIST`] says which rules answer which question of a person who goes live.

mod authentication;
mod development;
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
mod secrets;
mod subject;

pub use page::reference_page;
pub use rule::Rule;

use crate::{Loaded, Severity, Span};
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
    project::RULES,
    ignored::RULES,
];

/// What people check before production, and the codes of the rules that look for it. An item a file cannot prove has the
/// rules that say so.
pub const CHECKLIST: &[(&str, &[&str])] = &[
    (
        "passwords of databases are changed",
        &[
            "default-password",
            "inline-secret",
            "password-in-url",
            "secret-in-command",
            "secret-in-build-args",
        ],
    ),
    ("development modes are off", &["dev-mode", "source-mount"]),
    ("critical services restart", &["no-restart-policy", "job-restarts", "no-healthcheck"]),
    ("dashboards ask for a login", &["no-authentication"]),
    ("databases are backed up", &["no-backup", "database-without-volume", "anonymous-volume"]),
    ("a reverse proxy is in front", &["no-reverse-proxy", "public-port", "public-database-port"]),
    ("HTTPS is on", &["no-tls"]),
    ("memory and processors are limited", &["no-memory-limit", "no-cpu-limit"]),
    ("logs rotate", &["no-log-rotation"]),
    (
        "disaster recovery is rehearsed (the file cannot show it; these make a recovery differ from what ran)",
        &["no-backup", "floating-tag", "moving-image", "no-digest", "anonymous-volume", "source-mount"],
    ),
];

/// One thing to reconsider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Code of the rule.
    pub code: &'static str,
    /// How serious it is.
    pub severity: Severity,
    /// One lower-case sentence without a full stop. Never holds a value of a variable.
    pub message: String,
    /// The cure.
    pub hint: String,
    /// What it is about: the path of what was written, such as `services.web.ports[0]`, or of what should have been.
    pub path: String,
    /// The place of the path, or of what is written nearest to it.
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

/// How many findings there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are worth a thought.
    pub infos: usize,
    /// Findings that `x-lint` keeps silent about.
    pub suppressed: usize,
}

/// The answer of the lint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LintReport {
    /// In the order of the files.
    pub findings: Vec<Finding>,
    /// Counts of them.
    pub summary: Summary,
}

/// Looks at a loaded project. Services of inactive profiles are not looked at.
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
    fn codes_are_words_and_each_is_one_rules() {
        let mut seen = HashSet::new();
        for rule in RULES.iter().copied().flatten() {
            assert!(seen.insert(rule.code), "{} twice", rule.code);
            assert!(rule.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.code);
            assert!(
                !rule.cure.ends_with('.') && rule.why.ends_with('.'),
                "{}: punctuation of the page",
                rule.code
            );
        }
    }

    #[test]
    fn the_checklist_names_rules() {
        let codes: HashSet<&str> = RULES.iter().copied().flatten().map(|rule| rule.code).collect();
        for code in CHECKLIST.iter().flat_map(|(_, codes)| *codes) {
            assert!(codes.contains(code), "{code}");
        }
    }
}
