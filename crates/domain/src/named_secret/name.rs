//! The name of a named secret.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// 1 to 64 letters, digits and `_`, `.`, `-`, beginning with a letter or digit. Only ASCII, so that no two look the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NamedSecretName(Arc<str>);

/// Text that is not the name of a named secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected 1 to {} letters, digits or `_`, `.`, `-`, beginning with a letter or digit",
    NamedSecretName::LONGEST
)]
pub struct NamedSecretNameError;

impl NamedSecretName {
    /// The maximum length in characters.
    pub const LONGEST: usize = 64;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NamedSecretName {
    type Err = NamedSecretNameError;

    fn from_str(text: &str) -> Result<Self, NamedSecretNameError> {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let fits = begins && text.len() <= Self::LONGEST && text.bytes().all(is_known);
        if fits { Ok(Self(text.into())) } else { Err(NamedSecretNameError) }
    }
}

impl fmt::Display for NamedSecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for NamedSecretName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
