//! The name that somebody signs in with.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::actor::ActorName;

/// The name of a user: 1 to 64 letters, digits and `.`, `_`, `-`, `@`, `+`, beginning with a letter or digit. Only ASCII, so that no two look
/// the same, and in lower case, so that nobody has to remember which it was. An address of e-mail is one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(Arc<str>);

/// Text that is not the name of a user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 64 letters, digits or `.`, `_`, `-`, `@`, `+`, beginning with a letter or digit")]
pub struct UserNameError;

impl UserName {
    /// The maximum length in characters.
    pub const LONGEST: usize = 64;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = UserNameError;

    fn from_str(text: &str) -> Result<Self, UserNameError> {
        let text = text.trim();
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@+".contains(&byte);
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if begins && text.len() <= Self::LONGEST && text.bytes().all(is_known) {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(UserNameError)
        }
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<&UserName> for ActorName {
    fn from(name: &UserName) -> Self {
        // Short, visible and without spaces, so nothing of it is lost.
        Self::from_unchecked(name.as_str())
    }
}
