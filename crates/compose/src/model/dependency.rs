//! `depends_on`.

use super::{Extensions, is_false, yes};
use serde::{Deserialize, Serialize};

/// What a dependency must have reached before its dependant starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Condition {
    /// The container was started.
    #[default]
    #[serde(rename = "service_started")]
    Started,
    /// The health check passes.
    #[serde(rename = "service_healthy")]
    Healthy,
    /// The container ended with exit code 0.
    #[serde(rename = "service_completed_successfully")]
    CompletedSuccessfully,
}

/// One entry of `depends_on`, written by hand or implied by `links`, `volumes_from` or a shared namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// State to wait for.
    pub condition: Condition,
    /// Restart the dependant when the dependency is restarted or replaced.
    #[serde(default, skip_serializing_if = "is_false")]
    pub restart: bool,
    /// `false` when the dependant may start without it; the model may then lack the service, its profile being inactive.
    #[serde(default = "yes")]
    pub required: bool,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl Default for Dependency {
    fn default() -> Self {
        Self { condition: Condition::Started, restart: false, required: true, extensions: Extensions::new() }
    }
}
