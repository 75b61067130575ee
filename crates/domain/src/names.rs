//! Names chosen by people. Values of these types are always well-formed, so paths, labels and engine calls are never
//! built from anything else. Copies share their text, since a plan contains a service's name in every step.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

pub(crate) mod said;

/// The kind of the name of a stack.
const STACK: &str = "stack";
/// The kind of the name of a template.
const TEMPLATE: &str = "template";
/// The kind of the key of an instance.
const KEY: &str = "key";

/// Why a name is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name has no characters.
    #[error("{}", self.message())]
    Empty {
        /// `stack`, `service`, `template` or `key`.
        kind: &'static str,
    },
    /// The name is too long for the engine names built from it.
    #[error("{}", self.message())]
    TooLong {
        /// `stack`, `service`, `template` or `key`.
        kind: &'static str,
        /// The name, cut to a printable length.
        name: String,
        /// Its length in characters.
        length: usize,
        /// The longest allowed length.
        limit: usize,
    },
    /// A character that is not allowed at this position.
    #[error("{}", self.message())]
    Character {
        /// `stack`, `service`, `template` or `key`.
        kind: &'static str,
        /// The name as given, with invisible characters escaped.
        name: String,
        /// The rejected character, escaped if it is invisible.
        character: String,
        /// Its position, from 1.
        position: usize,
    },
}

impl NameError {
    /// What is wrong with the name.
    pub fn message(&self) -> Message {
        match self {
            Self::Empty { kind } => said::name_empty(noun(kind)),
            Self::TooLong { kind, name, length, limit } => {
                said::name_too_long(noun(kind), name, length, limit)
            }
            Self::Character { kind, name, character, position, .. } => {
                let rule = match *kind {
                    STACK | TEMPLATE | KEY => said::stack_name_rule(),
                    _ => said::service_name_rule(),
                };
                said::name_character(noun(kind), name, character, position, rule)
            }
        }
    }
}

fn noun(kind: &str) -> Message {
    match kind {
        STACK => said::noun_stack(),
        TEMPLATE => said::noun_template(),
        KEY => said::noun_instance(),
        _ => said::noun_service(),
    }
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $kind:expr, $limit:literal, $first:expr, $rest:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and keeps `text`.
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let text = text.into();
                check_name(&text, $kind, $limit, $first, $rest)?;
                Ok(Self(text.into()))
            }

            /// The name as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, shared with the name.
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
    STACK,
    63,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit(),
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-'
);
impl StackName {
    /// The name of what stands for the host, see [`Stack::host`](crate::stack::Stack::host).
    pub(crate) fn of_host() -> Self {
        Self(Arc::from("host"))
    }
}

name_type!(
    /// Name of a service within its stack, as in the compose file.
    ServiceName,
    "service",
    128,
    |c| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-',
    |c| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-'
);

name_type!(
    /// Name of a template, unique, and the first part of the names of its instances' stacks.
    TemplateName,
    TEMPLATE,
    40,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit(),
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-'
);

impl TemplateName {
    /// What a pattern has to match for a grant to be for the template: the beginning of the names of its instances' stacks. So the
    /// pattern `shop-*` is for the template `shop` and for all of its instances.
    pub fn grant_name(&self) -> String {
        format!("{self}-")
    }
}

name_type!(
    /// What tells the instances of a template apart: a word of whoever launches them, such as the id of a project.
    InstanceKey,
    KEY,
    61,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit(),
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-'
);

fn check_name(
    text: &str,
    kind: &'static str,
    limit: usize,
    first: impl Fn(char) -> bool,
    rest: impl Fn(char) -> bool,
) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty { kind });
    }
    let length = text.chars().count();
    if length > limit {
        return Err(NameError::TooLong { kind, name: visible(text.chars().take(40)), length, limit });
    }
    for (index, character) in text.chars().enumerate() {
        let allowed = if index == 0 { first(character) } else { rest(character) };
        if !allowed {
            return Err(NameError::Character {
                kind,
                name: visible(text.chars()),
                character: visible([character]),
                position: index + 1,
            });
        }
    }
    Ok(())
}

/// The characters as a person can read them: printable ones as they are, others escaped.
pub(crate) fn visible(characters: impl IntoIterator<Item = char>) -> String {
    let mut text = String::new();
    for character in characters {
        match character {
            // Quotes would be escaped too.
            '\'' | '"' => text.push(character),
            _ => text.extend(character.escape_debug()),
        }
    }
    text
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
            "the stack name `../etc` cannot contain `.` at position 1: use lower-case letters, digits, `_` and `-`, and start with a letter or a digit",
        );
        check(
            "Shop",
            "the stack name `Shop` cannot contain `S` at position 1: use lower-case letters, digits, `_` and `-`, and start with a letter or a digit",
        );
    }

    #[test]
    fn the_longest_stack_name_has_63_characters() {
        assert!(StackName::new("a".repeat(63)).is_ok());
        assert!(matches!(StackName::new("a".repeat(64)), Err(NameError::TooLong { length: 64, .. })));
        // A name of 32 characters and 64 bytes is not too long, but has characters that are not allowed.
        assert!(matches!(StackName::new("ü".repeat(32)), Err(NameError::Character { position: 1, .. })));
    }

    #[test]
    fn json_rejects_invalid_names() {
        assert!(serde_json::from_str::<StackName>("\"a/b\"").is_err());
        assert_eq!(serde_json::to_string(&StackName::new("a").unwrap()).unwrap(), "\"a\"");
    }

    #[test]
    fn a_control_character_is_escaped_in_the_message() {
        let message = ServiceName::new("a\nb").unwrap_err().to_string();
        assert!(message.contains("`a\\nb`"), "{message}");
    }

    #[test]
    fn a_printable_character_is_shown_as_it_is() {
        let message = ServiceName::new("küche's").unwrap_err().to_string();
        assert_eq!(
            message,
            "the service name `küche's` cannot contain `ü` at position 2: use letters, digits, `.`, `_` and `-`"
        );
        let message = ServiceName::new("a\u{200b}").unwrap_err().to_string();
        assert!(message.contains("`\\u{200b}` at position 2"), "{message}");
    }
}
