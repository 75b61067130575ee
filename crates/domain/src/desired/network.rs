//! A network of a stack.
#![expect(
    missing_docs,
    reason = "fields without a comment carry the names and meanings of the Compose specification"
)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A required network. For an `external` one only the name is used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkSpec {
    /// Its key in the file.
    pub key: String,
    /// Its name on the engine.
    pub name: String,
    /// Managed elsewhere; never created, changed or removed here.
    pub external: bool,
    /// `None` means the engine's default, `bridge`.
    pub driver: Option<String>,
    pub driver_opts: BTreeMap<String, String>,
    pub labels: BTreeMap<String, String>,
    pub internal: bool,
    pub attachable: bool,
    pub enable_ipv4: Option<bool>,
    pub enable_ipv6: Option<bool>,
    pub ipam_driver: Option<String>,
    pub ipam_options: BTreeMap<String, String>,
    pub ipam_pools: Vec<IpamPool>,
}

/// One address range of a network.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IpamPool {
    pub subnet: Option<String>,
    pub ip_range: Option<String>,
    pub gateway: Option<String>,
    pub aux_addresses: BTreeMap<String, String>,
}
