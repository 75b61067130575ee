//! `ports`.

use super::Extensions;
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};

/// One published port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// A name, for information only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `ingress` or `host`; only relevant to Swarm.
    pub mode: String,
    /// Host address to bind; all addresses if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<String>,
    /// Port in the container.
    pub target: u16,
    /// Host port, or a range such as `8000-8010` that the engine picks from; any free port if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Application protocol, for information only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<String>,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl Hash for Port {
    /// Hashes only what the engine sees: a map of `x-*` keys has no hash, and ports rarely differ only in those.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { name, mode, host_ip, target, published, protocol, app_protocol, extensions: _ } = self;
        (name, mode, host_ip, target, published, protocol, app_protocol).hash(state);
    }
}
