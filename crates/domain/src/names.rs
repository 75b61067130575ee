//! Names a person chooses. A value of these types is always well-formed, so no path, label or
//! engine call can be built from anything else. Copies share their text: a plan has a service's name in every step.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name has no characters.
    #[error("a {kind} name cannot be empty")]
    Empty {
        /// `stack` or `service`.
        kind: &'static str,
    },
    /// The name is longer than the engine's own names may become.
    #[error("the {kind} name `{name}` has {length} characters, at most {limit} are allowed")]
    TooLong {
        /// `stack` or `service`.
        kind: &'static str,
        /// The name, cut to a printable length.
        name: String,
        /// Its length in bytes.
        length: usize,
        /// The longest allowed length.
        limit: usize,
    },
    /// A character that is not allowed there.
    #[error("the {kind} name `{name}` may not have `{character}` at position {position}: {rule}")]
    Character {
        /// `stack` or `service`.
        kind: &'static str,
        /// The name as given.
        name: String,
        /// The character that was refused, escaped.
        character: String,
        /// Its place, counted from 1.
        position: usize,
        /// What is allowed.
        rule: &'static str,
    },
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $limit:literal, $first:expr, $rest:expr, $rule:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and keeps `text`.
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let text = text.into();
                check_name(&text, $kind, $limit, $first, $rest, $rule)?;
                Ok(Self(text.into()))
            }

            /// The name as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The same text, shared with the name.
            pub fn text(&self) -> Arc<str> {
                Arc::clone(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.as_ref().to_owned()
            }
        }
    };
}

name_type!(
    /// Name of a stack, also the compose project name and the prefix of its containers.
    StackName,
    "stack",
    63,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit(),
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-',
    "lower-case letters, digits, `_` and `-`, starting with a letter or a digit"
);
name_type!(
    /// Name of a service within its stack, as the compose file writes it.
    ServiceName,
    "service",
    128,
    |c| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-',
    |c| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-',
    "letters, digits, `.`, `_` and `-`"
);

fn check_name(
    text: &str,
    kind: &'static str,
    limit: usize,
    first: impl Fn(char) -> bool,
    rest: impl Fn(char) -> bool,
    rule: &'static str,
) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty { kind });
    }
    if text.len() > limit {
        let name = text.chars().take(40).collect::<String>().escape_default().to_string();
        return Err(NameError::TooLong { kind, name, length: text.len(), limit });
    }
    for (index, character) in text.chars().enumerate() {
        let allowed = if index == 0 { first(character) } else { rest(character) };
        if !allowed {
            return Err(NameError::Character {
                kind,
                name: text.escape_default().to_string(),
                character: character.escape_default().to_string(),
                position: index + 1,
                rule,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let answer = StackName::new(text).map_or_else(|error| error.to_string(), |name| format!("ok {name}"));
        assert_eq!(answer, expected);
    }

    #[test]
    fn a_stack_name_is_a_compose_project_name() {
        check("shop", "ok shop");
        check("2024_shop-b", "ok 2024_shop-b");
        check("", "a stack name cannot be empty");
        check(
            "../etc",
            "the stack name `../etc` may not have `.` at position 1: lower-case letters, digits, `_` and `-`, starting with a letter or a digit",
        );
        check(
            "Shop",
            "the stack name `Shop` may not have `S` at position 1: lower-case letters, digits, `_` and `-`, starting with a letter or a digit",
        );
    }

    #[test]
    fn the_longest_stack_name_has_63_characters() {
        assert!(StackName::new("a".repeat(63)).is_ok());
        assert!(matches!(StackName::new("a".repeat(64)), Err(NameError::TooLong { length: 64, .. })));
    }

    #[test]
    fn json_cannot_smuggle_a_bad_name() {
        assert!(serde_json::from_str::<StackName>("\"a/b\"").is_err());
        assert_eq!(serde_json::to_string(&StackName::new("a").unwrap()).unwrap(), "\"a\"");
    }

    #[test]
    fn a_control_character_is_escaped_in_the_message() {
        let message = ServiceName::new("a\nb").unwrap_err().to_string();
        assert!(message.contains("`a\\nb`"), "{message}");
    }
}
