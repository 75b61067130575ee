//! `ports`.

use super::Extensions;
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};

/// One published port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `ingress` or `host`; only Swarm tells them apart.
    pub mode: String,
    /// Host address to bind; all addresses when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<String>,
    /// Port in the container.
    pub target: u16,
    /// Host port, or a range `8000-8010` the engine picks from; the engine picks any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Application protocol, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<String>,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl Hash for Port {
    /// By what the engine sees: a map of `x-*` keys has no hash, and hardly any two ports differ by those alone.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { name, mode, host_ip, target, published, protocol, app_protocol, extensions: _ } = self;
        (name, mode, host_ip, target, published, protocol, app_protocol).hash(state);
    }
}
