//! `depends_on`.

use super::{Extensions, default_true, is_false};
use serde::{Deserialize, Serialize};

/// The state a dependency must reach before its dependent starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Condition {
    /// The container has started.
    #[default]
    #[serde(rename = "service_started")]
    Started,
    /// The health check passes.
    #[serde(rename = "service_healthy")]
    Healthy,
    /// The container exited with code 0.
    #[serde(rename = "service_completed_successfully")]
    CompletedSuccessfully,
}

/// One entry of `depends_on`, explicit or implied by `links`, `volumes_from` or a shared namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// State to wait for.
    pub condition: Condition,
    /// Restart the dependent when the dependency is restarted or replaced.
    #[serde(default, skip_serializing_if = "is_false")]
    pub restart: bool,
    /// `false` if the dependent may start without it; the service may then be inactive and missing from the model.
    #[serde(default = "default_true")]
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
