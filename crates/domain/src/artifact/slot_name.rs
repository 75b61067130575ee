//! Names of slots.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;

/// The name of a slot, unique within its service: letters, digits, `.`, `_` and `-`, beginning with a letter or digit, at most 63.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SlotName(Arc<str>);

/// The text cannot be the name of a slot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct SlotNameError {
    /// The text, cut to a printable length, with invisible characters escaped.
    pub text: String,
}

impl SlotNameError {
    /// What is wrong.
    pub fn message(&self) -> Message {
        said::slot_name_invalid(&self.text)
    }
}

impl SlotName {
    /// The longest name.
    pub const LONGEST: usize = 63;

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SlotName {
    type Err = SlotNameError;

    fn from_str(text: &str) -> Result<Self, SlotNameError> {
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if first && text.len() <= Self::LONGEST && text.bytes().all(known) {
            return Ok(Self(text.into()));
        }
        let shown: String = text.chars().take(Self::LONGEST).collect();
        Err(SlotNameError { text: shown.escape_debug().collect() })
    }
}

impl fmt::Display for SlotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for SlotName {
    type Error = SlotNameError;

    fn try_from(text: String) -> Result<Self, SlotNameError> {
        text.parse()
    }
}

impl From<SlotName> for String {
    fn from(name: SlotName) -> Self {
        name.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_names() {
        for name in ["app", "a", "1.war_x-y", &"a".repeat(63)] {
            assert_eq!(name.parse::<SlotName>().unwrap().as_str(), name);
        }
        for text in ["", ".a", "-a", "a/b", "a b", "ä", "a\0", &"a".repeat(64)] {
            assert!(text.parse::<SlotName>().is_err(), "{text}");
        }
    }
}
