//! The definition of one container. Everything in here is part of the spec hash: a difference in any field replaces the
//! container.
#![expect(
    missing_docs,
    reason = "fields without a comment carry the names and meanings of the Compose specification"
)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::image::ImageRef;

use crate::names::ServiceName;

use super::{Hook, InjectedFile};

/// A container, without its name, slot and ownership labels.
///
/// Lists keep the order of the file if it has a meaning; otherwise they are sorted, so that reordering a file does not
/// replace anything. Durations are in milliseconds, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContainerSpec {
    /// The image as the definition has it.
    pub image: ImageRef,
    /// The requested `os/arch[/variant]`.
    pub platform: Option<String>,
    /// `None` keeps the image's command, an empty list clears it.
    pub command: Option<Vec<String>>,
    /// `None` keeps the image's entrypoint, an empty list clears it.
    pub entrypoint: Option<Vec<String>>,
    /// A value of `None` passes the name without `=`, which unsets it in the image's environment.
    pub environment: BTreeMap<String, Option<String>>,
    /// The user's labels.
    pub labels: BTreeMap<String, String>,
    pub user: Option<String>,
    pub group_add: Vec<String>,
    pub working_dir: Option<String>,
    pub hostname: Option<String>,
    pub domainname: Option<String>,
    pub tty: bool,
    pub stdin_open: bool,
    pub read_only: bool,
    pub privileged: bool,
    /// Run an init process that forwards signals and reaps processes; `None` means the engine's default.
    pub init: Option<bool>,
    pub cap_add: Vec<String>,
    pub cap_drop: Vec<String>,
    pub security_opt: Vec<String>,
    pub devices: Vec<Device>,
    pub device_cgroup_rules: Vec<String>,
    /// `name:address`, one per address.
    pub extra_hosts: Vec<String>,
    pub dns: Vec<String>,
    pub dns_search: Vec<String>,
    pub dns_opt: Vec<String>,
    pub ulimits: BTreeMap<String, Ulimit>,
    pub sysctls: BTreeMap<String, String>,
    pub shm_size: Option<u64>,
    pub storage_opt: BTreeMap<String, String>,
    pub runtime: Option<String>,
    pub cgroup_parent: Option<String>,
    pub cgroup: Option<String>,
    pub isolation: Option<String>,
    pub annotations: BTreeMap<String, String>,
    pub oom_kill_disable: bool,
    pub oom_score_adj: i64,
    pub mounts: Vec<Mount>,
    /// Files that are copied into it before each start.
    pub files: Vec<InjectedFile>,
    /// Commands that run after each start by Core Monitor.
    pub post_start: Vec<Hook>,
    /// Commands that run before each stop by Core Monitor.
    pub pre_stop: Vec<Hook>,
    /// Path to options, as in `tmpfs:`.
    pub tmpfs: BTreeMap<String, String>,
    /// Containers whose volumes are also mounted: a service of the stack, or a container by name.
    pub volumes_from: Vec<String>,
    pub ports: Vec<Port>,
    /// `port/protocol` that other containers can reach without publishing.
    pub expose: Vec<String>,
    pub healthcheck: Option<Healthcheck>,
    pub restart: RestartPolicy,
    pub stop_signal: Option<String>,
    /// How long the engine waits between the stop signal and the kill; `None` means the engine's 10 s.
    pub stop_grace_ms: Option<u64>,
    pub logging: Option<Logging>,
    pub resources: Resources,
    pub network_mode: NetworkMode,
    pub pid: NamespaceMode,
    pub ipc: NamespaceMode,
    pub uts: Option<String>,
    pub userns: Option<String>,
    pub mac_address: Option<String>,
}

/// A device of the host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Device {
    pub host: String,
    pub container: String,
    /// Any of `r`, `w`, `m`.
    pub permissions: String,
}

/// Soft and hard limit; -1 is unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ulimit {
    pub soft: i64,
    pub hard: i64,
}

/// Something mounted at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Absolute path in the container.
    pub target: String,
    pub read_only: bool,
    pub kind: MountKind,
    /// `default`, `consistent`, `cached` or `delegated`; kept for fidelity, without effect on Linux.
    #[serde(default)]
    pub consistency: Option<String>,
}

/// The source of the mounted files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MountKind {
    /// A named volume, by its name on the engine; `None` is an anonymous volume.
    Volume {
        name: Option<String>,
        /// Do not copy the image's files into a new volume.
        nocopy: bool,
        subpath: Option<String>,
        labels: BTreeMap<String, String>,
    },
    /// A path on the host.
    Bind {
        source: String,
        /// Create the path on the host if it is missing.
        create_host_path: bool,
        propagation: Option<String>,
        /// `z` or `Z`.
        selinux: Option<String>,
        /// Whether docker compose uses the engine's `Binds` for this form (short syntax, or long syntax without a
        /// `bind:` section), which creates missing paths.
        recursive: Option<String>,
    },
    /// A memory file system.
    Tmpfs { size: Option<u64>, mode: Option<u32> },
    /// A Windows named pipe.
    NamedPipe { source: String },
}

/// A port of the container, published on the host or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Port {
    pub target: u16,
    pub protocol: Protocol,
    /// A host address; `None` means all addresses.
    pub host_ip: Option<String>,
    /// A host port, or a range `a-b` from which the engine chooses one; `None` lets the engine choose any.
    pub published: Option<String>,
}

impl Port {
    /// The fixed host port; `None` for ranges and ports chosen by the engine.
    pub fn fixed_host_port(&self) -> Option<u16> {
        self.published.as_deref().and_then(|text| text.parse().ok()).filter(|port| *port != 0)
    }
}

/// Transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    #[default]
    Tcp,
    Udp,
    Sctp,
}

impl Protocol {
    /// The name in `80/tcp`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }
}

/// The health check of a container. A `None` keeps the image's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healthcheck {
    pub test: HealthcheckTest,
    pub interval_ms: Option<u64>,
    pub timeout_ms: Option<u64>,
    pub start_period_ms: Option<u64>,
    pub start_interval_ms: Option<u64>,
    pub retries: Option<u32>,
}

/// The command of a health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "command", rename_all = "snake_case")]
pub enum HealthcheckTest {
    /// The image's command.
    Inherit,
    /// No health check, even if the image has one.
    Disabled,
    /// Arguments, run without a shell.
    Exec(Vec<String>),
    /// A command line for the container's shell.
    Shell(String),
}

/// What the engine does when the container exits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RestartPolicy {
    /// Nothing, because no policy is set. The engine distinguishes this from `No`.
    #[default]
    Unset,
    /// Nothing, explicitly.
    No,
    /// Restart it, also after the engine was restarted.
    Always,
    /// Like `Always`, unless a person stopped it.
    UnlessStopped,
    /// Restart it after an error, at most `max` times (0: no limit).
    OnFailure { max: u32 },
}

impl RestartPolicy {
    /// Whether a container that exited by itself with code 0 stays stopped.
    pub fn stays_stopped_after_success(self) -> bool {
        matches!(self, Self::Unset | Self::No | Self::OnFailure { .. })
    }
}

/// Where the container's output goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logging {
    /// `None` means the engine's default driver.
    pub driver: Option<String>,
    pub options: BTreeMap<String, String>,
}

/// Limits and reservations. `None` means the engine's default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Resources {
    pub memory: Option<i64>,
    pub memory_reservation: Option<i64>,
    /// Memory and swap together; -1 is unlimited.
    pub memory_swap: Option<i64>,
    pub memory_swappiness: Option<i64>,
    /// Billionths of a CPU.
    pub nano_cpus: Option<i64>,
    pub cpu_shares: Option<i64>,
    pub cpu_period: Option<i64>,
    pub cpu_quota: Option<i64>,
    pub cpu_rt_period: Option<i64>,
    pub cpu_rt_runtime: Option<i64>,
    pub cpuset: Option<String>,
    pub cpu_count: Option<i64>,
    pub cpu_percent: Option<i64>,
    pub pids: Option<i64>,
    pub blkio: Option<Blkio>,
    /// `deploy.resources.reservations.devices` and `gpus`.
    pub device_requests: Vec<DeviceRequest>,
}

/// Devices that a driver of the engine provides, such as GPUs. The serialized names are those of the engine, as they have always
/// been part of the spec hash.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DeviceRequest {
    /// Empty if any driver will do.
    pub driver: String,
    /// -1 means all devices.
    pub count: i64,
    #[serde(rename = "DeviceIDs")]
    pub device_ids: Vec<String>,
    /// Alternatives; the capabilities of one are needed together.
    pub capabilities: Vec<Vec<String>>,
    pub options: BTreeMap<String, String>,
}

/// Block device limits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Blkio {
    pub weight: Option<u16>,
    pub weight_device: Vec<BlkioDevice>,
    pub read_bps: Vec<BlkioDevice>,
    pub read_iops: Vec<BlkioDevice>,
    pub write_bps: Vec<BlkioDevice>,
    pub write_iops: Vec<BlkioDevice>,
}

/// A rate or weight of one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlkioDevice {
    pub path: String,
    pub value: u64,
}

/// How the container is connected to networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NetworkMode {
    /// To these networks; the first one goes into the create call.
    Networks { attachments: Vec<Attachment> },
    /// Shares the host's network.
    Host,
    /// No network.
    None,
    /// The engine's default bridge.
    Bridge,
    /// Shares the network of another service's first container.
    Service { service: ServiceName },
    /// Shares the network of a container outside the stack, by name or id.
    Container { container: String },
    /// An engine network by name, outside Compose's networks.
    Other { name: String },
}

impl Default for NetworkMode {
    fn default() -> Self {
        Self::Networks { attachments: Vec::new() }
    }
}

impl NetworkMode {
    /// The networks to connect; empty for every other mode.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::Networks { attachments } => attachments,
            _ => &[],
        }
    }
}

/// A namespace (`pid`, `ipc`) of the container.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NamespaceMode {
    /// Its own, with the engine's default.
    #[default]
    Default,
    /// The namespace of another service's first container.
    Service { service: ServiceName },
    /// A mode that the engine interprets: `host`, `shareable`, `container:NAME`...
    Engine { mode: String },
}

/// One network of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// Name of the network on the engine.
    pub network: String,
    /// Names under which other containers of the network find this one, in addition to its own.
    pub aliases: Vec<String>,
    /// `container:alias` pairs of `links:`.
    pub links: Vec<String>,
    pub ipv4_address: Option<String>,
    pub ipv6_address: Option<String>,
    pub link_local_ips: Vec<String>,
    pub mac_address: Option<String>,
    pub driver_opts: BTreeMap<String, String>,
    pub gw_priority: Option<i64>,
    pub interface_name: Option<String>,
}
