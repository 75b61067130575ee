//! Patterns for the names of stacks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::wildcard;

/// The name of a stack in which each `*` stands for any number of characters, also none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StackPattern(String);

/// Text that matches no name that a stack can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a pattern has 1 to {} characters: those of the name of a stack (`a` to `z`, `0` to `9`, `-`, `_`), and `*`",
    StackPattern::LONGEST
)]
pub struct StackPatternError;

impl StackPattern {
    /// Most characters.
    pub const LONGEST: usize = 63;

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether all of `name` matches. Takes time in proportion to the product of both lengths at most.
    pub fn matches(&self, name: &str) -> bool {
        wildcard::matches(&self.0, name)
    }
}

impl FromStr for StackPattern {
    type Err = StackPatternError;

    fn from_str(text: &str) -> Result<Self, StackPatternError> {
        let is_part = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'*');
        let fits = (1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(is_part);
        if fits { Ok(Self(text.to_owned())) } else { Err(StackPatternError) }
    }
}

impl TryFrom<String> for StackPattern {
    type Error = StackPatternError;

    fn try_from(text: String) -> Result<Self, StackPatternError> {
        text.parse()
    }
}

impl From<StackPattern> for String {
    fn from(pattern: StackPattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for StackPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_for_all_names_that_match() {
        let pattern: StackPattern = "shop-*".parse().unwrap();
        assert!(pattern.matches("shop-1") && !pattern.matches("shop") && !pattern.matches("xshop-1"));
    }

    #[test]
    fn a_pattern_that_no_name_matches_is_refused() {
        for text in ["", "Shop", "a b", "a.b", "a/..", "ä", "[ab]", "a?", &"a".repeat(64)] {
            assert_eq!(text.parse::<StackPattern>(), Err(StackPatternError), "{text}");
        }
    }
}
