//! Findings: what to reconsider in a definition.

use core_monitor_application::server::{Finding, LintReport, Summary};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) mod check;

/// One thing to reconsider before the definition is trusted with production.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(crate) struct FindingBody {
    /// Code of the rule, listed in `docs/reference/lint.md`.
    #[schema(value_type = String, example = "floating-tag")]
    code: &'static str,
    /// `error`: it fails when it is brought up, or is open to anybody. `warning`: it works and may hurt. `info`: worth a
    /// thought.
    #[schema(value_type = String, example = "warning")]
    severity: &'static str,
    /// What was found. Never holds a value of a variable.
    #[schema(example = "service `web` runs `nginx` without a version")]
    message: String,
    /// What to do about it.
    #[schema(example = "write the version that was tested, such as `nginx:1.27.3`")]
    hint: String,
    /// What it is about: the path of what was written, or of what should have been.
    #[schema(example = "services.web.image")]
    path: String,
    /// Path of the file among the definition's files.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "compose.yaml")]
    file: Option<String>,
    /// Line of what is written nearest to `path`, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 3)]
    line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 5)]
    column: Option<u32>,
    /// Characters from there on, at least 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 5)]
    length: Option<u32>,
}

/// How many findings there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FindingsSummary)]
pub(crate) struct SummaryBody {
    #[schema(example = 0)]
    errors: usize,
    #[schema(example = 1)]
    warnings: usize,
    #[schema(example = 2)]
    infos: usize,
    /// Findings that `x-lint` in the definition keeps silent about.
    #[schema(example = 0)]
    suppressed: usize,
}

/// The bodies of a report.
pub(crate) fn bodies(report: LintReport) -> (Vec<FindingBody>, SummaryBody) {
    (report.findings.into_iter().map(FindingBody::from).collect(), report.summary.into())
}

impl From<Finding> for FindingBody {
    fn from(finding: Finding) -> Self {
        let Finding { code, severity, message, hint, path, span } = finding;
        let (line, column, length) = match &span {
            Some(span) => (Some(span.line), Some(span.column), Some(span.length)),
            None => (None, None, None),
        };
        let file = span.map(|span| span.file);
        Self { code, severity: severity.as_str(), message, hint, path, file, line, column, length }
    }
}

impl From<Summary> for SummaryBody {
    fn from(summary: Summary) -> Self {
        let Summary { errors, warnings, infos, suppressed } = summary;
        Self { errors, warnings, infos, suppressed }
    }
}
