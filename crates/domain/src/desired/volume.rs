//! A named volume of a stack.
#![expect(
    missing_docs,
    reason = "fields without a comment carry the names and meanings of the Compose specification"
)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A required volume. For an `external` one only the name is used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VolumeSpec {
    /// Its key in the file.
    pub key: String,
    /// Its name on the engine.
    pub name: String,
    /// Managed elsewhere; never created or removed here.
    pub external: bool,
    /// `None` means the engine's default, `local`.
    pub driver: Option<String>,
    pub driver_opts: BTreeMap<String, String>,
    pub labels: BTreeMap<String, String>,
}
