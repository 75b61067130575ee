//! Build secrets: mounted into the steps that request them, never part of the image.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret that build steps may mount with `RUN --mount=type=secret,id=...`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildSecret {
    /// The id that steps use.
    pub id: String,
    /// The source of its content.
    pub source: BuildSecretSource,
}

/// The source of a secret's content. Its `Debug` output does not show the content.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildSecretSource {
    /// A file of the version, by path; read when the build runs.
    Stored(String),
    /// The value of a variable of the definition.
    Value(String),
}

impl BuildSecret {
    /// The secret without its content, for a hash: a renewed token does not change the image, and the builder does not
    /// repeat a step for it either.
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
