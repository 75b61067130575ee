//! A container of the simulated engine.

use std::collections::BTreeMap;

use core_monitor_domain::desired::ContainerSpec;
use core_monitor_domain::ids::{ContainerId, ImageId, NetworkId};
use core_monitor_domain::observation::{PublishedPort, RunEnding, VolumeOrigin};
use core_monitor_domain::ports::LogLine;

use super::behaviour::Behaviour;

#[derive(Debug, Clone)]
pub(super) struct Container {
    pub(super) id: ContainerId,
    pub(super) name: String,
    pub(super) image: String,
    pub(super) image_id: ImageId,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) spec: ContainerSpec,
    pub(super) behaviour: Behaviour,
    pub(super) has_health_check: bool,
    pub(super) phase: Phase,
    /// Exit code of the last run.
    pub(super) exit_code: i64,
    pub(super) error: String,
    /// Who ended the last run, as far as the engine's events tell.
    pub(super) ending: RunEnding,
    pub(super) restart_count: u32,
    pub(super) created: u64,
    pub(super) started: Option<u64>,
    /// How often it was started, without restarts by policy.
    pub(super) starts: u32,
    pub(super) finished: Option<u64>,
    pub(super) network_mode: String,
    pub(super) pid_mode: String,
    pub(super) ipc_mode: String,
    /// By network name, as in the engine.
    pub(super) endpoints: BTreeMap<String, End>,
    pub(super) mounts: Vec<MountPoint>,
    /// Host ports in use while it is running.
    pub(super) ports: Vec<PublishedPort>,
    pub(super) logs: Vec<LogLine>,
    /// Copied files, by path.
    pub(super) files: BTreeMap<String, String>,
    /// Commands that were executed in it since its last start.
    pub(super) hooks: Vec<Vec<String>>,
    /// Signals that its main process got since its last start.
    pub(super) signals: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Created,
    Running,
    Paused,
    /// Until this tick.
    Restarting(u64),
    Exited,
    /// Until this tick.
    Removing(u64),
    Dead,
}

/// A container's endpoint on a network.
#[derive(Debug, Clone, Default)]
pub(super) struct End {
    /// `None`: resolved by name at the next start.
    pub(super) network: Option<NetworkId>,
    pub(super) aliases: Vec<String>,
    /// Empty while it is not running.
    pub(super) address: String,
}

#[derive(Debug, Clone)]
pub(super) struct MountPoint {
    pub(super) kind: &'static str,
    /// Name of the volume; empty for other kinds.
    pub(super) volume: String,
    pub(super) source: String,
    pub(super) target: String,
    pub(super) read_write: bool,
    /// An anonymous volume of this container, removed with it on request.
    pub(super) anonymous: bool,
    /// What an inspect tells of that.
    pub(super) origin: VolumeOrigin,
}

impl Container {
    pub(super) fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Paused | Phase::Restarting(_))
    }

    /// The name of its endpoint on the network with this id or name.
    pub(super) fn attached_as(&self, network: &str) -> Option<String> {
        let is_it = |(name, end): &(&String, &End)| {
            end.network.as_ref().is_some_and(|id| id.as_str() == network) || name.as_str() == network
        };
        self.endpoints.iter().find(is_it).map(|(name, _)| name.clone())
    }
}
