//! A container as the engine reports it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{PublishedPort, RunEnding};
use crate::artifact::SlotName;
use crate::desired::SpecHash;
use crate::ids::{ContainerId, ImageId, InstanceId, NetworkId, Slot, StackId};
use crate::labels::{self, Ownership};
use crate::names::ServiceName;
use crate::placement::Placement;
use crate::stack::RunId;
use crate::time::Timestamp;

/// A container with our labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObservedContainer {
    /// Engine id.
    pub id: ContainerId,
    /// Name without the leading slash.
    pub name: String,
    /// All labels, ours included.
    pub labels: BTreeMap<String, String>,
    /// The image as requested.
    pub image: String,
    /// The image it was created from.
    pub image_id: ImageId,
    /// Whether it is running, and how it exited.
    pub state: ContainerState,
    /// Result of its health check; `None` if it has none.
    pub health: Option<Health>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When its current or last run started.
    pub started_at: Option<Timestamp>,
    /// When its last run ended.
    pub finished_at: Option<Timestamp>,
    /// Who ended its last run.
    #[serde(default)]
    pub ending: RunEnding,
    /// How often the engine restarted it by policy.
    pub restart_count: u32,
    /// `State.Error` of the engine: why the last start failed.
    pub error: String,
    /// Networks by name.
    pub networks: BTreeMap<String, ObservedEndpoint>,
    /// `HostConfig.NetworkMode`: a network's name, `host`, `none`, `container:ID`...
    pub network_mode: String,
    /// `HostConfig.PidMode`.
    pub pid_mode: String,
    /// `HostConfig.IpcMode`.
    pub ipc_mode: String,
    /// What is mounted.
    pub mounts: Vec<ObservedMount>,
    /// Host ports in use.
    pub ports: Vec<PublishedPort>,
    /// The artifacts in it, from the records: the engine does not show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placements: Vec<Placement>,
}

impl ObservedContainer {
    /// The installation and stack it belongs to.
    pub fn ownership(&self) -> Option<Ownership> {
        Ownership::read(&self.labels)
    }

    /// The stack it belongs to.
    pub fn stack_id(&self) -> Option<StackId> {
        self.ownership().map(|owner| owner.stack_id)
    }

    /// Whether this installation created it for `stack_id`.
    pub fn belongs_to(&self, instance: InstanceId, stack_id: StackId) -> bool {
        self.ownership() == Some(Ownership { instance, stack_id })
    }

    /// Its service, from the label.
    pub fn service(&self) -> Option<ServiceName> {
        self.labels.get(labels::SERVICE).and_then(|name| name.parse().ok())
    }

    /// Its replica number, from the label.
    pub fn slot(&self) -> Option<Slot> {
        self.labels.get(labels::SLOT).and_then(|slot| slot.parse().ok()).map(Slot)
    }

    /// The hash of the definition it was created from, from the label.
    pub fn spec(&self) -> Option<SpecHash> {
        self.labels.get(labels::SPEC).map(|hash| SpecHash(hash.as_str().into()))
    }

    /// What is known of one of its slots.
    pub fn placement(&self, slot: &SlotName) -> Option<&Placement> {
        self.placements.iter().find(|placement| placement.slot == *slot)
    }

    /// Its current or last run.
    pub fn run(&self) -> Option<RunId> {
        self.started_at.map(|started_at| RunId { container: self.id.clone(), started_at })
    }

    /// What its health check says now. The engine keeps the last result of a container that has ended, which says nothing any
    /// more.
    pub fn current_health(&self) -> Option<Health> {
        self.health.filter(|_| self.state.is_up())
    }
}

/// The state of a container on the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ContainerState {
    /// Created, never started successfully.
    Created,
    /// Running.
    Running,
    /// Running, but paused.
    Paused,
    /// Exited, and the engine is about to restart it.
    Restarting,
    /// Exited.
    Exited {
        /// Exit code; 128 plus the signal's number if it was killed.
        code: i64,
    },
    /// Being removed.
    Removing,
    /// Partially removed; it can only be removed again.
    Dead,
}

impl ContainerState {
    /// Whether its processes exist.
    pub fn is_up(self) -> bool {
        matches!(self, Self::Running | Self::Paused | Self::Restarting)
    }
}

/// Result of a health check, ordered from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Passing.
    Healthy,
    /// No result yet.
    Starting,
    /// Failed the allowed number of times.
    Unhealthy,
}

/// A container's endpoint on a network.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ObservedEndpoint {
    /// `None` until the container was started once; until then the name identifies the network.
    pub network_id: Option<NetworkId>,
    /// Aliases as the engine reports them; below API 1.45 they include the container's short id.
    pub aliases: Vec<String>,
    /// Current address; empty while it is not running.
    pub ip_address: String,
}

/// Something mounted in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedMount {
    /// `volume`, `bind`, `tmpfs`...
    pub kind: String,
    /// Name of the volume; empty for other kinds.
    pub name: String,
    /// Path on the host.
    pub source: String,
    /// Path in the container.
    pub target: String,
    /// Whether the container may write.
    pub read_write: bool,
    /// How it came to a volume.
    #[serde(default)]
    pub origin: VolumeOrigin,
}

/// How a container came to a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeOrigin {
    /// The engine made it for this container, because the create call named none.
    Own,
    /// The create call named it: one of the definition, or that of a predecessor.
    Named,
    /// From another container (`volumes_from`), or the engine does not show it.
    #[default]
    Unknown,
}

impl ObservedMount {
    /// Whether it is an anonymous volume: its name on the engine has 64 hexadecimal digits.
    pub fn is_anonymous_volume(&self) -> bool {
        self.kind == "volume" && self.name.len() == 64 && self.name.bytes().all(|b| b.is_ascii_hexdigit())
    }
}
