//! What a rule is.

use crate::Severity;

/// One thing the lint looks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name: programs match on it, and `x-lint` names it.
    pub code: &'static str,
    /// How serious a finding is.
    pub severity: Severity,
    /// What is found, in a few words.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it; the hint of findings that have none of their own.
    pub cure: &'static str,
}
