//! Where rules put what they find.

use super::ignored::Ignored;
use super::{Finding, LintReport, Rule, Summary};
use crate::{Severity, Spans};
use std::cmp::Reverse;

/// Collects findings and leaves out those that are ignored on purpose.
pub(super) struct Findings<'a> {
    spans: &'a Spans,
    ignored: Ignored<'a>,
    list: Vec<Finding>,
    suppressed: usize,
}

impl<'a> Findings<'a> {
    pub(super) fn new(spans: &'a Spans, ignored: Ignored<'a>) -> Self {
        Self { spans, ignored, list: Vec::new(), suppressed: 0 }
    }

    /// A finding at a path of the file, or at what is written nearest to it.
    pub(super) fn add(
        &mut self,
        rule: &'static Rule,
        service: Option<&str>,
        path: &str,
        message: impl Into<String>,
    ) {
        self.add_with_hint(rule, service, path, message, rule.cure);
    }

    /// A finding that concerns two services, and that either may ignore. It belongs to the first.
    pub(super) fn add_between(
        &mut self,
        rule: &'static Rule,
        services: [&str; 2],
        path: &str,
        message: impl Into<String>,
    ) {
        let [owner, other] = services;
        let silent = if self.ignored.has(rule.code, Some(other)) { other } else { owner };
        self.add(rule, Some(silent), path, message);
    }

    /// A finding with a cure of its own.
    pub(super) fn add_with_hint(
        &mut self,
        rule: &'static Rule,
        service: Option<&str>,
        path: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if self.ignored.has(rule.code, service) {
            self.suppressed += 1;
            return;
        }
        self.list.push(Finding {
            code: rule.code,
            severity: rule.severity,
            message: message.into(),
            hint: hint.into(),
            path: path.to_owned(),
            span: self.spans.nearest(path),
        });
    }

    /// In the order of the file.
    pub(super) fn finish(self) -> LintReport {
        let mut findings = self.list;
        let place = |finding: &Finding| {
            let span = finding.span.as_ref();
            span.map(|span| (self.spans.file_index(&span.file), span.line, span.column))
        };
        findings.sort_by_cached_key(|finding| (place(finding), Reverse(finding.severity), finding.code));
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let summary = Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            suppressed: self.suppressed,
        };
        LintReport { findings, summary }
    }
}
