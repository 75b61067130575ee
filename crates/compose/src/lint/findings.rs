//! Collects the findings of the rules.

use super::ignored::Ignored;
use super::{Finding, LintReport, MOST_FINDINGS, Rule, Summary};
use crate::{Severity, Spans};
use core_monitor_message::Message;
use std::cmp::Reverse;

/// Collects findings and drops those that are ignored on purpose.
pub(super) struct Findings<'a> {
    spans: &'a Spans,
    ignored: Ignored<'a>,
    list: Vec<Finding>,
    summary: Summary,
}

impl<'a> Findings<'a> {
    pub(super) fn new(spans: &'a Spans, ignored: Ignored<'a>) -> Self {
        Self { spans, ignored, list: Vec::new(), summary: Summary::default() }
    }

    /// Adds a finding at a path, or at its nearest written parent.
    pub(super) fn add(&mut self, rule: &'static Rule, service: Option<&str>, path: &str, message: Message) {
        self.add_with_hint(rule, service, path, message, (rule.cure)());
    }

    /// Adds a finding about two services that either may ignore. It is reported for the first.
    pub(super) fn add_between(
        &mut self,
        rule: &'static Rule,
        services: [&str; 2],
        path: &str,
        message: Message,
    ) {
        let [owner, other] = services;
        let silent = if self.ignored.has(rule.code, Some(other)) { other } else { owner };
        self.add(rule, Some(silent), path, message);
    }

    /// Adds a finding with its own hint.
    pub(super) fn add_with_hint(
        &mut self,
        rule: &'static Rule,
        service: Option<&str>,
        path: &str,
        message: Message,
        hint: Message,
    ) {
        if self.ignored.has(rule.code, service) {
            self.summary.suppressed += 1;
            return;
        }
        *match rule.severity {
            Severity::Error => &mut self.summary.errors,
            Severity::Warning => &mut self.summary.warnings,
            Severity::Info => &mut self.summary.infos,
        } += 1;
        self.list.push(Finding {
            code: rule.code,
            severity: rule.severity,
            message,
            hint,
            path: path.to_owned(),
            span: self.spans.nearest(path),
        });
        // Large definitions have ten findings for each service, which nobody will see.
        if self.list.len() >= 8 * MOST_FINDINGS {
            self.keep_the_most_severe();
        }
    }

    /// Leaves the most severe, and of the same severity the first.
    fn keep_the_most_severe(&mut self) {
        let spans = self.spans;
        self.list
            .sort_by_cached_key(|finding| (Reverse(finding.severity), place(spans, finding), finding.code));
        self.list.truncate(MOST_FINDINGS);
    }

    /// Sorts the findings by file position.
    pub(super) fn finish(mut self) -> LintReport {
        self.keep_the_most_severe();
        let (spans, mut findings, summary) = (self.spans, self.list, self.summary);
        findings
            .sort_by_cached_key(|finding| (place(spans, finding), Reverse(finding.severity), finding.code));
        let found = summary.errors + summary.warnings + summary.infos;
        LintReport { summary: Summary { left_out: found - findings.len(), ..summary }, findings }
    }
}

fn place(spans: &Spans, finding: &Finding) -> Option<(Option<usize>, u32, u32)> {
    let span = finding.span.as_ref();
    span.map(|span| (spans.file_index(&span.file), span.line, span.column))
}

#[cfg(test)]
mod tests {
    use crate::lint::MOST_FINDINGS;
    use crate::{LoadOptions, ProjectFiles, Severity, lint, load};

    #[test]
    fn so_many_are_listed_and_the_others_are_counted() {
        let services =
            (0..1_000).fold(String::new(), |text, number| text + &format!("  s{number}: {{image: 'x:1'}}\n"));
        // The last line has the only error.
        let text = format!(
            "name: many\nservices:\n{services}  db: {{image: 'postgres:16', environment: {{POSTGRES_PASSWORD: password}}}}\n"
        );
        let loaded =
            load(&ProjectFiles::single("compose.yaml", text.as_str()), &LoadOptions::default()).unwrap();
        let report = lint(&loaded);
        let summary = report.summary;
        assert_eq!(report.findings.len(), MOST_FINDINGS);
        assert_eq!(summary.errors + summary.warnings + summary.infos, MOST_FINDINGS + summary.left_out);
        let listed = |severity| report.findings.iter().filter(|found| found.severity == severity).count();
        assert!(
            summary.errors > 0 && listed(Severity::Error) == summary.errors,
            "the most severe are listed"
        );
        assert_eq!(listed(Severity::Warning), summary.warnings.min(MOST_FINDINGS - summary.errors));
        let lines: Vec<_> =
            report.findings.iter().filter_map(|found| Some(found.span.as_ref()?.line)).collect();
        assert!(lines.is_sorted(), "they stay in the order of the file");
    }
}
