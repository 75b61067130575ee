//! The codes that errors, warnings and findings of a definition can have.

use core_monitor_compose::Code;
use core_monitor_compose::lint::RULES;

use super::definition::NOT_APPLICABLE;
use super::templates::{INVALID_PARAMETER, NO_TEMPLATE};

/// Every code of an [`Issue`](super::Issue).
pub fn diagnostic_codes() -> impl Iterator<Item = &'static str> {
    Code::ALL.iter().map(|code| code.as_str()).chain([NOT_APPLICABLE, INVALID_PARAMETER, NO_TEMPLATE])
}

/// Every code of a [`Finding`](super::Finding).
pub fn lint_rules() -> impl Iterator<Item = &'static str> {
    RULES.iter().flat_map(|family| family.iter()).map(|rule| rule.code)
}
