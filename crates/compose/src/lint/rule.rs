//! The definition of a rule.

use crate::Severity;
use core_monitor_message::Message;

/// One check of the lint.
#[derive(Debug)]
pub struct Rule {
    /// Stable code, used by programs and in `x-lint`.
    pub code: &'static str,
    /// How serious a finding is.
    pub severity: Severity,
    /// What the rule finds, in a few words.
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// How to fix it; also the hint of findings without their own.
    pub cure: fn() -> Message,
}
