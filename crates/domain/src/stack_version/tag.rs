//! The name that somebody gives a version.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::actor::is_invisible;
use crate::names::ServiceName;
use crate::release::ImagePin;

/// The name that somebody gives a version, unique within its stack: 1 to 40 characters, none of them a control character or
/// otherwise invisible, and no space at its ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionTag(String);

/// Not a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a tag has 1 to {} characters, none of them invisible, and no space at its ends",
    VersionTag::LONGEST
)]
pub struct VersionTagError;

impl VersionTag {
    /// Most characters.
    pub const LONGEST: usize = 40;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for VersionTag {
    type Err = VersionTagError;

    fn from_str(text: &str) -> Result<Self, VersionTagError> {
        let length = text.chars().count();
        let is_tag =
            (1..=Self::LONGEST).contains(&length) && text.trim() == text && !text.chars().any(is_invisible);
        is_tag.then(|| Self(text.to_owned())).ok_or(VersionTagError)
    }
}

impl fmt::Display for VersionTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What has become known of a version since it was saved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionRecord {
    /// Its tag.
    pub tag: Option<VersionTag>,
    /// The images of its last release; empty if it was never applied.
    pub images: BTreeMap<ServiceName, ImagePin>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_one_short_line() {
        for tag in ["good", "before the move", "été", &"x".repeat(40)] {
            assert_eq!(tag.parse::<VersionTag>().unwrap().as_str(), tag);
        }
        for text in ["", " good", "good ", "a\nb", "a\tb", "a\u{202e}b", "a\u{200b}b", &"x".repeat(41)] {
            assert_eq!(text.parse::<VersionTag>(), Err(VersionTagError), "{text:?}");
        }
    }
}
