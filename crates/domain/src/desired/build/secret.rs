//! Secrets of a build: mounted into steps that ask for them, never part of the image.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret that steps may mount with `RUN --mount=type=secret,id=...`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildSecret {
    /// The name by which steps ask for it.
    pub id: String,
    /// Where its content is.
    pub source: BuildSecretSource,
}

/// Where the content of a secret is. Has no way to be printed whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildSecretSource {
    /// In a file of the version, by its path there; read when the build runs.
    Stored(String),
    /// In the definition, from one of its variables.
    Value(String),
}

impl BuildSecret {
    /// The secret without its content, for a hash: a token that was renewed makes no other image, and the builder does
    /// not run a step again for it either.
    pub(super) fn nameplate(&self) -> Self {
        Self { id: self.id.clone(), source: BuildSecretSource::Value(String::new()) }
    }
}

impl fmt::Debug for BuildSecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stored(path) => write!(f, "Stored({path:?})"),
            Self::Value(_) => f.write_str("Value(hidden)"),
        }
    }
}
