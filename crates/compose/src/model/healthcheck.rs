//! `healthcheck`.

use super::{Duration, Extensions, is_false};
use serde::{Deserialize, Serialize};

/// How the engine checks whether a container is healthy. Absent fields keep the image's values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Healthcheck {
    /// `["CMD", ...]`, `["CMD-SHELL", text]` or `["NONE"]`; empty keeps the image's test.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub test: Vec<String>,
    /// Timeout of a single check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
    /// Time between checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Duration>,
    /// Consecutive failures before the container is unhealthy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u64>,
    /// Time after the start during which failures do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_period: Option<Duration>,
    /// Time between checks during the start period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_interval: Option<Duration>,
    /// Disables the image's health check.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disable: bool,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}
