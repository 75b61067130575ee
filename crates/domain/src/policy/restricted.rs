//! What a policy restricts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Something that a definition can ask of the host, with how its allowed values are written. Unless said otherwise, they are
/// patterns in which each `*` stands for any characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restricted {
    /// Everything at once: `container` for `privileged`, `hook` for a hook that has it.
    Privileged,
    /// Namespaces of the host: `network`, `pid`, `ipc`, `uts`, `user` and `cgroup`.
    Namespaces,
    /// Capabilities in upper case, without `CAP_`.
    Capabilities,
    /// Devices: their path on the host, a rule of `device_cgroup_rules`, or the driver or capability of a request such as `gpu`.
    Devices,
    /// Entries of `security_opt` with `=`, such as `seccomp=unconfined`. `no-new-privileges` is always allowed.
    SecurityOptions,
    /// Names of kernel parameters.
    Sysctls,
    /// Folders and files of the host: absolute paths, each for itself and everything in it, or `*`. One that ends in `:ro` is for
    /// mounts that cannot be written to and are not relabelled. What is in the stack's own folder is always allowed, unless a
    /// container of the stack may write to a folder that it is in.
    Binds,
    /// Drivers of volumes; `local:nfs` is the driver `local` with the type `nfs`. `local` without options is always allowed.
    VolumeDrivers,
    /// Names of volumes that the stack does not make itself.
    Volumes,
    /// Drivers of networks. A network without a driver is always allowed.
    NetworkDrivers,
    /// Options of networks and of their drivers by name, such as `com.docker.network.driver.mtu`, also of the containers in them;
    /// `ipam:NAME` for a driver of addresses that is not the engine's.
    NetworkOptions,
    /// Address ranges of networks, each with all ranges in it, or `*`. One that the engine chooses is always allowed.
    Subnets,
    /// Names of networks that the stack does not make itself.
    Networks,
    /// Containers outside of the stack whose namespaces or volumes are shared.
    Containers,
    /// Ports of the host: numbers, ranges `1024-65535`, or `*`. One that the engine chooses is always allowed.
    Ports,
    /// Addresses of the host that ports are published on; `0.0.0.0` if the definition has none.
    Addresses,
    /// Images with their registry, such as `docker.io/library/nginx:1.29` or `*@sha256:*`. Those that the stack builds are
    /// always allowed.
    Images,
    /// Builds, by the network of their steps; `default` if the definition has none.
    Builds,
    /// OCI runtimes.
    Runtimes,
    /// Parents of the control groups of containers.
    CgroupParents,
    /// Drivers of logs. The engine's default is always allowed.
    LogDrivers,
    /// What keeps a container alive when the host has no memory left: `oom_score_adj` below zero and `oom_kill_disable`.
    OomProtection,
    /// Names of annotations, which runtimes may obey.
    Annotations,
}

/// Not one of [`Restricted`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no policy restricts this")]
pub struct NotRestricted;

impl Restricted {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::Privileged,
        Self::Namespaces,
        Self::Capabilities,
        Self::Devices,
        Self::SecurityOptions,
        Self::Sysctls,
        Self::Binds,
        Self::VolumeDrivers,
        Self::Volumes,
        Self::NetworkDrivers,
        Self::NetworkOptions,
        Self::Subnets,
        Self::Networks,
        Self::Containers,
        Self::Ports,
        Self::Addresses,
        Self::Images,
        Self::Builds,
        Self::Runtimes,
        Self::CgroupParents,
        Self::LogDrivers,
        Self::OomProtection,
        Self::Annotations,
    ];

    /// The word in JSON and in sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Namespaces => "namespaces",
            Self::Capabilities => "capabilities",
            Self::Devices => "devices",
            Self::SecurityOptions => "security_options",
            Self::Sysctls => "sysctls",
            Self::Binds => "binds",
            Self::VolumeDrivers => "volume_drivers",
            Self::Volumes => "volumes",
            Self::NetworkDrivers => "network_drivers",
            Self::NetworkOptions => "network_options",
            Self::Subnets => "subnets",
            Self::Networks => "networks",
            Self::Containers => "containers",
            Self::Ports => "ports",
            Self::Addresses => "addresses",
            Self::Images => "images",
            Self::Builds => "builds",
            Self::Runtimes => "runtimes",
            Self::CgroupParents => "cgroup_parents",
            Self::LogDrivers => "log_drivers",
            Self::OomProtection => "oom_protection",
            Self::Annotations => "annotations",
        }
    }
}

impl fmt::Display for Restricted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Restricted {
    type Err = NotRestricted;

    fn from_str(word: &str) -> Result<Self, NotRestricted> {
        Self::ALL.into_iter().find(|one| one.as_str() == word).ok_or(NotRestricted)
    }
}
