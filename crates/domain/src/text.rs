//! Text for people, with a limit that is applied when it is created.
//!
//! Messages of containers, engines and registries can have any length. Values that are stored permanently or repeated
//! in every API response must not. The limit is part of the type, so stores never have to truncate a value, and what is
//! read is what was written.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// Marks a text that was longer than its limit.
pub const ELLIPSIS: char = '…';

/// Text of at most `MAX` bytes.
///
/// Longer text is truncated and ends with an ellipsis. Reading a stored value never truncates it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// A sentence or two: a message of the engine, a hint, a note.
pub type Sentence = Text<4096>;

/// A line that a container or a build wrote.
pub type Line = Text<4096>;

/// A name or a path. Engines accept no longer names.
pub type Label = Text<512>;

impl<const MAX: usize> Text<MAX> {
    /// The text, truncated if necessary.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.len() > MAX {
            let mut end = MAX.saturating_sub(ELLIPSIS.len_utf8());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            text.push(ELLIPSIS);
        }
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Deref for Text<MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> From<String> for Text<MAX> {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl<const MAX: usize> From<&str> for Text<MAX> {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> PartialEq<str> for Text<MAX> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl<const MAX: usize> PartialEq<&str> for Text<MAX> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_at_a_character_boundary() {
        assert_eq!(Text::<8>::new("short"), "short");
        assert_eq!(Text::<8>::new("exactly8"), "exactly8");
        assert_eq!(Text::<8>::new("123456789"), "12345…");
        let accented = Text::<8>::new("ééééé");
        assert_eq!(accented, "éé…");
        assert_eq!(
            Text::<2>::new("abc").len(),
            ELLIPSIS.len_utf8(),
            "a limit below the ellipsis leaves only that"
        );
    }

    #[test]
    fn reading_never_shortens() {
        let long = "x".repeat(100);
        let read: Text<8> = serde_json::from_value(long.clone().into()).unwrap();
        assert_eq!(read, long.as_str());
    }
}
