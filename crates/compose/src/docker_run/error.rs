//! What is wrong with a line.

use core_monitor_message::Message;
use std::fmt;
use std::ops::Range;

/// One thing that is wrong with a command line, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandError {
    /// One lower-case sentence without a full stop.
    pub message: Message,
    /// What to try.
    pub hint: Option<Box<Message>>,
    /// Line of the text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length in characters.
    pub length: u32,
}

impl CommandError {
    /// `at` is a range of bytes of `text`.
    pub(crate) fn new(text: &str, at: Range<usize>, message: Message) -> Self {
        let before = text.get(..at.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let count = |part: &str| u32::try_from(part.chars().count()).unwrap_or(u32::MAX);
        Self {
            message,
            hint: None,
            line: count(&before.chars().filter(|c| *c == '\n').collect::<String>()) + 1,
            column: count(&before[line_start..]) + 1,
            length: text.get(at).map_or(0, count).max(1),
        }
    }

    pub(crate) fn hint(mut self, hint: Message) -> Self {
        self.hint = Some(Box::new(hint));
        self
    }
}

impl fmt::Display for CommandError {
    /// `line:column: message (hint)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CommandError {}
