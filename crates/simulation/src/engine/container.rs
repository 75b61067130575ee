//! A container of the simulated engine.

use std::collections::BTreeMap;

use core_monitor_domain::desired::ContainerSpec;
use core_monitor_domain::ids::{ContainerId, ImageId, NetworkId};
use core_monitor_domain::observation::PublishedPort;
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
    /// Code of the last end.
    pub(super) exit_code: i64,
    pub(super) error: String,
    pub(super) restart_count: u32,
    pub(super) created: u64,
    pub(super) started: Option<u64>,
    pub(super) finished: Option<u64>,
    pub(super) network_mode: String,
    pub(super) pid_mode: String,
    pub(super) ipc_mode: String,
    /// By the network's name, as the engine keeps them.
    pub(super) endpoints: BTreeMap<String, End>,
    pub(super) mounts: Vec<MountPoint>,
    /// Host ports held while it runs.
    pub(super) ports: Vec<PublishedPort>,
    pub(super) logs: Vec<LogLine>,
    /// What was put into it, by path.
    pub(super) files: BTreeMap<String, String>,
    /// Commands that were run beside its process since its last start.
    pub(super) hooks: Vec<Vec<String>>,
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

/// A container's end of a network.
#[derive(Debug, Clone, Default)]
pub(super) struct End {
    /// `None`: resolved by name at the next start.
    pub(super) network: Option<NetworkId>,
    pub(super) aliases: Vec<String>,
    /// Empty while it does not run.
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
    /// Made for this container because nobody named one: goes with it when asked.
    pub(super) anonymous: bool,
}

impl Container {
    pub(super) fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Paused | Phase::Restarting(_))
    }

    /// The name under which it is attached to the network with this id or name.
    pub(super) fn attached_as(&self, network: &str) -> Option<String> {
        let is_it = |(name, end): &(&String, &End)| {
            end.network.as_ref().is_some_and(|id| id.as_str() == network) || name.as_str() == network
        };
        self.endpoints.iter().find(is_it).map(|(name, _)| name.clone())
    }
}
