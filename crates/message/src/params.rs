//! The values that a sentence mentions.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::message::Message;

/// The values of a message, by the names of its template.
pub type Params = BTreeMap<String, Param>;

/// A value that a sentence mentions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged, expecting = "a text or a message")]
pub enum Param {
    /// A value in the form in which the English text shows it. At most [`Param::MAX`] bytes; longer ones are truncated.
    Text(String),
    /// Words of ours inside the sentence, such as `a list` in ``"`ports` must be a list"``: translated like the sentence.
    Message(Box<Message>),
}

impl Param {
    /// How long a value can be. Words of an engine are the longest ones.
    pub const MAX: usize = 2_048;

    /// The value, truncated if necessary.
    pub fn new(value: impl fmt::Display) -> Self {
        Self::Text(shortened(value.to_string(), Self::MAX))
    }

    /// The value in English.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Message(message) => message.text(),
        }
    }

    pub(crate) fn shorten(&mut self, max: usize) {
        match self {
            Self::Text(text) => *text = shortened(std::mem::take(text), max),
            Self::Message(message) => **message = (**message).clone().shortened(max),
        }
    }

    /// Leaves at most `depth` sentences inside each other.
    pub(crate) fn flatten(&mut self, depth: usize) {
        if let Self::Message(message) = self {
            *self = match depth {
                0 => Self::Text(shortened(message.text().to_owned(), Self::MAX)),
                _ => Self::Message(Box::new((**message).clone().flattened(depth))),
            };
        }
    }

    pub(crate) fn rewrite(&mut self, rewrite: &dyn Fn(&str) -> String) {
        match self {
            Self::Text(text) => *text = shortened(rewrite(text), Self::MAX),
            Self::Message(message) => **message = (**message).clone().rewritten(rewrite),
        }
    }

    /// How many bytes it holds, for limits on what is stored.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Message(message) => message.size(),
        }
    }
}

impl From<&Message> for Param {
    fn from(message: &Message) -> Self {
        Self::Message(Box::new(message.clone()))
    }
}

impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `text` with at most `max` bytes, of which the last ones are an ellipsis if something is missing.
pub(crate) fn shortened(mut text: String, max: usize) -> String {
    const ELLIPSIS: char = '…';
    if text.len() > max {
        let mut end = max.saturating_sub(ELLIPSIS.len_utf8());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push(ELLIPSIS);
    }
    text
}
