//! Sets of rules with a name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Restricted;

/// A set of rules with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Anything, but what no stack gets. Whoever has it has the host.
    Open,
    /// What an application needs that does not manage the host.
    Careful,
    /// Only images with a digest, ports on the loopback address, and nothing of the host or of others.
    Locked,
}

/// Not a preset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such preset")]
pub struct NoPreset;

/// What every container of the engine has unless it drops it, so asking for it gives nothing more.
/// Source: <https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities>.
const USUAL_CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];
/// They keep what they write to themselves; others send it to an address that their options name.
const OWN_LOG_DRIVERS: &[&str] = &["json-file", "local", "none"];
/// They change nothing but how packets get out of the network.
const USUAL_NETWORK_OPTIONS: &[&str] = &[
    "com.docker.network.bridge.enable_icc",
    "com.docker.network.bridge.enable_ip_masquerade",
    "com.docker.network.driver.mtu",
];
const UNPRIVILEGED_PORTS: &[&str] = &["1024-65535"];

impl Preset {
    /// All of them, the one that allows most first.
    pub const ALL: [Self; 3] = [Self::Open, Self::Careful, Self::Locked];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Careful => "careful",
            Self::Locked => "locked",
        }
    }

    /// What it allows, written as in a policy.
    pub fn allows(self, what: Restricted) -> &'static [&'static str] {
        match self {
            Self::Open => &["*"],
            Self::Careful => careful(what),
            Self::Locked => locked(what),
        }
    }
}

fn careful(what: Restricted) -> &'static [&'static str] {
    match what {
        Restricted::Capabilities => USUAL_CAPABILITIES,
        // Those of the container's own network namespace; the engine refuses them with the host's.
        Restricted::Sysctls => &["net.*"],
        Restricted::Binds => &["/etc/localtime:ro", "/etc/timezone:ro"],
        Restricted::NetworkDrivers => &["bridge", "overlay"],
        Restricted::NetworkOptions => USUAL_NETWORK_OPTIONS,
        Restricted::LogDrivers => OWN_LOG_DRIVERS,
        Restricted::Ports => UNPRIVILEGED_PORTS,
        Restricted::Networks | Restricted::Addresses | Restricted::Images => &["*"],
        Restricted::Builds => &["default", "none"],
        Restricted::Privileged
        | Restricted::Namespaces
        | Restricted::Devices
        | Restricted::SecurityOptions
        | Restricted::VolumeDrivers
        | Restricted::Volumes
        | Restricted::Subnets
        | Restricted::Containers
        | Restricted::Runtimes
        | Restricted::CgroupParents
        | Restricted::OomProtection
        | Restricted::Annotations => &[],
    }
}

fn locked(what: Restricted) -> &'static [&'static str] {
    match what {
        Restricted::Capabilities => USUAL_CAPABILITIES,
        Restricted::NetworkDrivers => &["bridge", "overlay"],
        Restricted::NetworkOptions => USUAL_NETWORK_OPTIONS,
        Restricted::LogDrivers => OWN_LOG_DRIVERS,
        Restricted::Ports => UNPRIVILEGED_PORTS,
        Restricted::Addresses => &["127.*", "::1"],
        Restricted::Images => &["*@sha256:*"],
        _ => &[],
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Preset {
    type Err = NoPreset;

    fn from_str(word: &str) -> Result<Self, NoPreset> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == word).ok_or(NoPreset)
    }
}
