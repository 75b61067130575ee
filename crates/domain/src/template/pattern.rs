//! What a text must match.

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

/// A regular expression that a whole text must match, as in the `pattern` of an HTML form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(String);

/// Text that is no regular expression, or too long for one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no regular expression of at most {} characters", Pattern::LONGEST)]
pub struct PatternError;

impl Pattern {
    /// Most characters. Matching takes time in proportion to the length of the pattern and of the text.
    pub const LONGEST: usize = 256;

    /// Checks and keeps `text`.
    pub fn new(text: impl Into<String>) -> Result<Self, PatternError> {
        let text = text.into();
        let fits = text.chars().count() <= Self::LONGEST && regex(&text).is_some();
        if fits { Ok(Self(text)) } else { Err(PatternError) }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether all of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        regex(&self.0).is_some_and(|regex| regex.is_match(text))
    }
}

fn regex(pattern: &str) -> Option<Regex> {
    // By itself too: a parenthesis too many would close the group.
    Regex::new(pattern).and_then(|_| Regex::new(&format!("^(?:{pattern})$"))).ok()
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        Self::new(text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_text_has_to_match() {
        let pattern = Pattern::new("a|b+").unwrap();
        assert!(pattern.matches("a") && pattern.matches("bb"));
        assert!(!pattern.matches("ab") && !pattern.matches("xbb") && !pattern.matches("a\n"));
    }

    #[test]
    fn what_is_no_regular_expression_is_refused() {
        for text in ["(", "a)(b", &"a".repeat(257)] {
            assert_eq!(Pattern::new(text), Err(PatternError), "{text}");
        }
    }
}
