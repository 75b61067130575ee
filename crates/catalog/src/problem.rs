//! What is wrong, and where.

use std::fmt;

use core_monitor_compose::Span;
use core_monitor_message::Message;

/// What is wrong with a choice, where in the request, and what to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A JSON pointer into the request, such as `/components/1/options/port`.
    pub pointer: String,
    /// One sentence.
    pub message: Message,
    /// What to try.
    pub hint: Option<Message>,
}

impl Problem {
    pub(crate) fn new(pointer: impl Into<String>, message: Message) -> Self {
        Self { pointer: pointer.into(), message, hint: None }
    }

    pub(crate) fn hint(self, hint: Message) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

/// What is wrong with a file of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryError {
    /// Where.
    pub span: Span,
    /// One sentence.
    pub message: Message,
    /// What to try.
    pub hint: Option<Message>,
}

impl fmt::Display for EntryError {
    /// `file:line:column: message (hint)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.span, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// The part of a JSON pointer for a key.
pub(crate) fn pointer_key(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
