//! What a grant can be for: stacks by the pattern of their names, or by a label.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Target;
use crate::stack::{StackLabel, StackLabelError};

mod stack_pattern;

pub use stack_pattern::{StackPattern, StackPatternError};

/// Which stacks. As text it is a pattern such as `shop-*`, or a label such as `team=payments`: no name has an equals sign in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum StackSelector {
    /// Those whose names match, and the templates whose names do.
    Name(StackPattern),
    /// Those that have this label, with this value.
    Label(StackLabel),
}

/// Text that selects no stack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StackSelectorError {
    /// It is no pattern, and has no equals sign in it.
    #[error(transparent)]
    Pattern(#[from] StackPatternError),
    /// It is no label.
    #[error(transparent)]
    Label(#[from] StackLabelError),
}

impl StackSelector {
    /// Whether `target` is one of them.
    pub fn selects(&self, target: Target<'_>) -> bool {
        match self {
            Self::Name(pattern) => pattern.matches(target.name),
            Self::Label(label) => target.labels.has(label),
        }
    }
}

impl FromStr for StackSelector {
    type Err = StackSelectorError;

    fn from_str(text: &str) -> Result<Self, StackSelectorError> {
        if text.contains('=') { Ok(Self::Label(text.parse()?)) } else { Ok(Self::Name(text.parse()?)) }
    }
}

impl TryFrom<String> for StackSelector {
    type Error = StackSelectorError;

    fn try_from(text: String) -> Result<Self, StackSelectorError> {
        text.parse()
    }
}

impl From<StackSelector> for String {
    fn from(selector: StackSelector) -> Self {
        selector.to_string()
    }
}

impl fmt::Display for StackSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(pattern) => pattern.fmt(f),
            Self::Label(label) => label.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::StackLabels;

    fn labels() -> StackLabels {
        serde_json::from_str(r#"{"team":"payments","env":""}"#).unwrap()
    }

    #[test]
    fn a_selector_is_read_from_its_own_text() {
        for text in ["shop-*", "*", "team=payments", "env="] {
            let selector: StackSelector = text.parse().unwrap();
            assert_eq!(selector.to_string(), text);
            assert_eq!(matches!(selector, StackSelector::Label(_)), text.contains('='));
        }
    }

    #[test]
    fn a_label_has_no_wildcards_and_a_pattern_no_equals_sign() {
        for text in ["team=*", "te*m=payments", "*=*", "=", "a=b=c"] {
            let error = text.parse::<StackSelector>().unwrap_err();
            assert!(matches!(error, StackSelectorError::Label(_)), "{text}: {error}");
        }
        assert_eq!("Shop".parse::<StackSelector>(), Err(StackPatternError.into()));
    }

    #[test]
    fn a_label_selects_what_has_it_whatever_the_name() {
        let labels = labels();
        let target = |name| Target { name, labels: &labels };
        let selects = |text: &str, name| text.parse::<StackSelector>().unwrap().selects(target(name));
        for name in ["shop", "team=payments", "payments"] {
            assert!(selects("team=payments", name) && selects("env=", name), "{name}");
            assert!(!selects("team=web", name) && !selects("cost=", name), "{name}");
        }
        assert!(selects("sh*", "shop") && !selects("sh*", "web"), "labels do not change what names mean");
    }

    #[test]
    fn what_has_no_labels_is_selected_by_its_name_only() {
        for text in ["team=payments", "team=", "shop="] {
            assert!(!text.parse::<StackSelector>().unwrap().selects(Target::named("shop")), "{text}");
        }
        assert!("sh*".parse::<StackSelector>().unwrap().selects(Target::named("shop")));
    }
}
