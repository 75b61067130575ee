//! Top-level volumes.

use super::{Extensions, is_false};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A named volume.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    /// Name on the engine.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Volume driver; the engine's default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Options of the driver.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub driver_opts: IndexMap<String, String>,
    /// Created outside the project; never created or removed by it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub external: bool,
    /// Labels of the volume.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub labels: IndexMap<String, String>,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}
