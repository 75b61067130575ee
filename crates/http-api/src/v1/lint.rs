//! Findings: what to reconsider in a definition.

use core_monitor_application::server::{Finding, LintReport, Summary};
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::message::MessageBody;
use crate::v1::words::{LintRuleWord, SeverityWord};

pub(crate) mod check;

/// Something to reconsider before the definition goes into production.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(crate) struct FindingBody {
    /// Code of the rule, listed in `docs/reference/lint.md`.
    #[schema(value_type = LintRuleWord, example = "floating-tag")]
    code: &'static str,
    /// `error`: the stack will fail to start, or is open to anybody. `warning`: it works, but may cause trouble. `info`:
    /// worth considering.
    #[schema(value_type = SeverityWord, example = "warning")]
    severity: &'static str,
    /// What was found. Never contains the value of a variable.
    message: MessageBody,
    /// What to do about it.
    hint: MessageBody,
    /// Path of the element in the definition; for something missing, the path where it belongs.
    #[schema(example = "services.web.image")]
    path: String,
    /// Path of the file among the definition's files.
    #[schema(example = "compose.yaml")]
    file: Option<String>,
    /// Line of the element at or nearest to `path`, from 1.
    #[schema(example = 3)]
    line: Option<u32>,
    /// Column in characters, from 1.
    #[schema(example = 5)]
    column: Option<u32>,
    /// Length in characters, at least 1.
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
    /// Findings suppressed by `x-lint` in the definition.
    #[schema(example = 0)]
    suppressed: usize,
    /// How many of the errors, warnings and infos are not listed, the least severe: at most 500 are.
    #[schema(example = 0)]
    left_out: usize,
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
        Self {
            code,
            severity: severity.as_str(),
            message: message.into(),
            hint: hint.into(),
            path,
            file,
            line,
            column,
            length,
        }
    }
}

impl From<Summary> for SummaryBody {
    fn from(summary: Summary) -> Self {
        let Summary { errors, warnings, infos, suppressed, left_out } = summary;
        Self { errors, warnings, infos, suppressed, left_out }
    }
}
