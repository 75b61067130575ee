//! Labels of stacks: what grants can be for, beside names.
//!
//! They are set by the administrators of a stack. A definition has labels of its own, which never become these: whoever writes one
//! could give access with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;
use crate::names::visible;

/// The labels of a stack: each key once, with its value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct StackLabels(BTreeMap<String, String>);

/// One label: a key and a value, both well-formed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StackLabel {
    key: String,
    value: String,
}

/// Why there are no such labels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StackLabelError {
    /// The key has no characters, too many of them, or others.
    #[error("{}", self.message())]
    Key {
        /// The key, cut to a printable length.
        key: String,
    },
    /// The value has too many characters, or others.
    #[error("{}", self.message())]
    Value {
        /// The key.
        key: String,
        /// The value, cut to a printable length.
        value: String,
    },
    /// The text has no `=` in it.
    #[error("{}", self.message())]
    NoValue {
        /// The text, cut to a printable length.
        text: String,
    },
    /// There are more than a stack can have.
    #[error("{}", self.message())]
    TooMany {
        /// How many.
        count: usize,
    },
}

impl StackLabelError {
    /// What is wrong, as a sentence.
    pub fn message(&self) -> Message {
        match self {
            Self::Key { key } => said::label_key_invalid(key),
            Self::Value { key, value } => said::label_value_invalid(value, key),
            Self::NoValue { text } => said::label_without_value(text),
            Self::TooMany { count } => said::too_many_labels(count, StackLabels::MOST),
        }
    }
}

impl StackLabels {
    /// How many labels a stack has at most.
    pub const MOST: usize = 32;

    /// No labels.
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// These labels.
    pub fn new(labels: BTreeMap<String, String>) -> Result<Self, StackLabelError> {
        if labels.len() > Self::MOST {
            return Err(StackLabelError::TooMany { count: labels.len() });
        }
        for (key, value) in &labels {
            check(key, value)?;
        }
        Ok(Self(labels))
    }

    /// Whether this label is one of them.
    pub fn has(&self, label: &StackLabel) -> bool {
        self.0.get(&label.key) == Some(&label.value)
    }

    /// The keys with their values, by key.
    pub fn as_map(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// What has to be taken away from these labels and added to them for the others, as in `-team=web, +team=shop`.
    pub fn difference(&self, other: &Self) -> String {
        let keys: BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        let mut parts = Vec::new();
        for key in keys {
            let (before, after) = (self.0.get(key), other.0.get(key));
            if before != after {
                parts.extend(before.map(|value| format!("-{key}={value}")));
                parts.extend(after.map(|value| format!("+{key}={value}")));
            }
        }
        parts.join(", ")
    }
}

impl StackLabel {
    /// Most characters of a key, and of a value.
    pub const LONGEST: usize = 63;
}

impl FromStr for StackLabel {
    type Err = StackLabelError;

    fn from_str(text: &str) -> Result<Self, StackLabelError> {
        let (key, value) =
            text.split_once('=').ok_or_else(|| StackLabelError::NoValue { text: printable(text) })?;
        check(key, value)?;
        Ok(Self { key: key.to_owned(), value: value.to_owned() })
    }
}

impl fmt::Display for StackLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

impl TryFrom<BTreeMap<String, String>> for StackLabels {
    type Error = StackLabelError;

    fn try_from(labels: BTreeMap<String, String>) -> Result<Self, StackLabelError> {
        Self::new(labels)
    }
}

impl From<StackLabels> for BTreeMap<String, String> {
    fn from(labels: StackLabels) -> Self {
        labels.0
    }
}

fn check(key: &str, value: &str) -> Result<(), StackLabelError> {
    let is_outer = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_inner = |byte: &u8| is_outer(byte) || b"-_./".contains(byte);
    let bytes = key.as_bytes();
    let is_bounded = bytes.first().is_some_and(is_outer) && bytes.last().is_some_and(is_outer);
    if !is_bounded || bytes.len() > StackLabel::LONGEST || !bytes.iter().all(is_inner) {
        return Err(StackLabelError::Key { key: printable(key) });
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if value.len() > StackLabel::LONGEST || !value.bytes().all(is_part) {
        return Err(StackLabelError::Value { key: key.to_owned(), value: printable(value) });
    }
    Ok(())
}

/// The beginning of a text of somebody, with invisible characters escaped.
fn printable(text: &str) -> String {
    visible(text.chars().take(StackLabel::LONGEST + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Result<StackLabels, StackLabelError> {
        StackLabels::new(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_label_is_read_from_its_own_text() {
        let longest = format!("{}={}", "k".repeat(63), "V".repeat(63));
        for text in ["team=payments", "a=", "example.org/cost-centre_1=A-b_c.9", "0=0", &longest] {
            assert_eq!(text.parse::<StackLabel>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_label_is_refused_with_the_part_that_is_wrong() {
        let (long_key, long_value) = (format!("{}=x", "k".repeat(64)), format!("k={}", "v".repeat(64)));
        for text in ["=x", "Team=x", "-a=x", "a.=x", "a b=x", "é=x", "a*=x", &long_key] {
            let error = text.parse::<StackLabel>().unwrap_err();
            assert!(matches!(error, StackLabelError::Key { .. }), "{text}: {error}");
        }
        for text in ["a=b=c", "a=x y", "a=*", "a=é", "a=x/y", "a=x\n", &long_value] {
            let error = text.parse::<StackLabel>().unwrap_err();
            assert!(matches!(error, StackLabelError::Value { .. }), "{text}: {error}");
        }
        assert_eq!("team".parse::<StackLabel>(), Err(StackLabelError::NoValue { text: "team".to_owned() }));
        let error = "a=x\n".parse::<StackLabel>().unwrap_err().to_string();
        assert!(error.contains("`x\\n`"), "{error}");
    }

    #[test]
    fn a_stack_has_a_bounded_number_of_labels() {
        let many = |count: usize| (0..count).map(|number| (format!("k{number}"), String::new())).collect();
        assert_eq!(StackLabels::new(many(32)).unwrap().as_map().len(), 32);
        assert_eq!(StackLabels::new(many(33)), Err(StackLabelError::TooMany { count: 33 }));
        assert!(labels(&[("team", "x"), ("Team", "x")]).is_err());
    }

    #[test]
    fn labels_are_read_from_their_own_text_and_from_no_other() {
        let some = labels(&[("team", "payments"), ("env", "")]).unwrap();
        let text = serde_json::to_string(&some).unwrap();
        assert_eq!(text, r#"{"env":"","team":"payments"}"#);
        assert_eq!(serde_json::from_str::<StackLabels>(&text).unwrap(), some);
        for text in ["[]", "null", r#"{"team":1}"#, r#"{"Team":"x"}"#, r#"{"team":"a b"}"#] {
            assert!(serde_json::from_str::<StackLabels>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_label_is_had_with_its_value_only() {
        let some = labels(&[("team", "payments"), ("env", "")]).unwrap();
        let has = |text: &str| some.has(&text.parse().unwrap());
        assert!(has("team=payments") && has("env="));
        assert!(!has("team=") && !has("team=payment") && !has("team=Payments") && !has("env=prod"));
        assert!(!StackLabels::none().has(&"env=".parse().unwrap()), "not having one is no empty value");
    }

    #[test]
    fn a_difference_says_what_goes_and_what_comes() {
        let before = labels(&[("a", "1"), ("b", "2"), ("c", "3")]).unwrap();
        let after = labels(&[("a", "1"), ("b", "4"), ("d", "5")]).unwrap();
        assert_eq!(before.difference(&after), "-b=2, +b=4, -c=3, +d=5");
        assert_eq!(before.difference(&before), "");
    }
}
