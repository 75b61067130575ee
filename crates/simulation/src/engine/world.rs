//! Everything the simulated engine has, and how it moves by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use core_monitor_domain::desired::RestartPolicy;
use core_monitor_domain::ids::{ContainerId, ImageId, NetworkId};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::{
    Effect, EffectOutcome, EngineChange, EngineError, IdSource, LogLine, Progress, ProgressSink,
};
use core_monitor_domain::time::Timestamp;
use tokio::sync::broadcast;

use super::behaviour::Behaviour;
use super::container::{Container, Phase};
use super::outside::{SimBuild, SimImage};
use crate::ids::SeededIdSource;

/// 2026-01-26T10:00:00Z in milliseconds, where the manual clock starts too.
const START_MILLIS: i64 = 1_769_421_600_000;

/// Hints kept for a subscriber that is slow.
const NOTICES: usize = 1024;

#[derive(Debug)]
pub(super) struct World {
    pub(super) api: ApiVersion,
    pub(super) tick: u64,
    pub(super) networks: BTreeMap<NetworkId, Network>,
    pub(super) volumes: BTreeMap<String, Volume>,
    pub(super) images: BTreeMap<ImageId, SimImage>,
    /// What can be fetched, by familiar name.
    pub(super) registry: BTreeMap<String, SimImage>,
    pub(super) registry_down: bool,
    pub(super) builds_broken: bool,
    /// The builds that succeeded, in order.
    pub(super) builds: Vec<SimBuild>,
    pub(super) containers: BTreeMap<ContainerId, Container>,
    /// Names that belong to containers nobody can see: a create call that is not through, or one that died.
    pub(super) reserved_names: BTreeMap<String, ContainerId>,
    /// Host ports held by processes that are no containers.
    pub(super) occupied_ports: BTreeSet<u16>,
    /// Paths of the host that do not exist; all others do.
    pub(super) missing_paths: BTreeSet<String>,
    /// Scripts by command line; they win over the image's.
    pub(super) commands: BTreeMap<String, Behaviour>,
    pub(super) unplugged: bool,
    pub(super) notices: broadcast::Sender<Notice>,
    /// Effects that are still to come, by the tick they are due.
    deferred: Vec<(u64, Effect)>,
    ids: SeededIdSource,
    subnets: u8,
    pub(super) next_port: u16,
}

/// What subscribers hear.
#[derive(Debug, Clone)]
pub(super) enum Notice {
    Change(EngineChange),
    Gone,
}

#[derive(Debug, Clone)]
pub(super) struct Network {
    pub(super) id: NetworkId,
    pub(super) name: String,
    pub(super) driver: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) created: u64,
    pub(super) subnets: Vec<String>,
    /// Made with addresses that somebody chose; only then containers may choose theirs.
    pub(super) chosen_subnet: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Volume {
    pub(super) name: String,
    pub(super) driver: String,
    pub(super) options: BTreeMap<String, String>,
    pub(super) labels: BTreeMap<String, String>,
    /// Stands for the files in it.
    pub(super) data: String,
}

/// Networks that every engine has, and that cannot be removed.
pub(super) const PREDEFINED: [(&str, &str); 3] = [("bridge", "bridge"), ("host", "host"), ("none", "null")];

impl World {
    pub(super) fn new(api: ApiVersion, seed: u64) -> Self {
        let mut world = Self {
            api,
            tick: 0,
            networks: BTreeMap::new(),
            volumes: BTreeMap::new(),
            images: BTreeMap::new(),
            registry: BTreeMap::new(),
            registry_down: false,
            builds_broken: false,
            builds: Vec::new(),
            containers: BTreeMap::new(),
            reserved_names: BTreeMap::new(),
            occupied_ports: BTreeSet::new(),
            missing_paths: BTreeSet::new(),
            commands: BTreeMap::new(),
            unplugged: false,
            notices: broadcast::Sender::new(NOTICES),
            deferred: Vec::new(),
            ids: SeededIdSource::new(seed),
            subnets: 17,
            next_port: 32_768,
        };
        for (name, driver) in PREDEFINED {
            let subnets = if name == "bridge" { vec!["172.17.0.0/16".to_owned()] } else { Vec::new() };
            world.add_network(name, driver, BTreeMap::new(), subnets, false);
        }
        world
    }

    /// 64 hexadecimal digits.
    pub(super) fn fresh_id(&self) -> String {
        self.ids.secret().iter().fold(String::new(), |mut id, byte| {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
            id
        })
    }

    pub(super) fn add_network(
        &mut self,
        name: &str,
        driver: &str,
        labels: BTreeMap<String, String>,
        subnets: Vec<String>,
        chosen_subnet: bool,
    ) -> NetworkId {
        let id = NetworkId(self.fresh_id());
        let (name, driver, created) = (name.to_owned(), driver.to_owned(), self.tick);
        let network = Network { id: id.clone(), name, driver, labels, created, subnets, chosen_subnet };
        self.networks.insert(id.clone(), network);
        self.notify("network", "create", id.as_str());
        id
    }

    /// A range that no network has.
    pub(super) fn fresh_subnet(&mut self) -> String {
        self.subnets = self.subnets.wrapping_add(1);
        format!("172.{}.0.0/16", self.subnets)
    }

    /// The instant of a tick.
    pub(super) fn instant(tick: u64) -> Option<Timestamp> {
        let millis = i64::try_from(tick.saturating_mul(1000)).ok()?;
        Timestamp::from_millis(START_MILLIS.saturating_add(millis))
    }

    pub(super) fn notify(&self, kind: &str, action: &str, subject: &str) {
        let change =
            EngineChange { kind: kind.to_owned(), action: action.to_owned(), subject: subject.to_owned() };
        // Nobody may be listening.
        let _ = self.notices.send(Notice::Change(change));
    }

    pub(super) fn container(&self, id: &ContainerId) -> Result<&Container, EngineError> {
        self.containers.get(id).ok_or_else(|| no_such_container(id.as_str()))
    }

    pub(super) fn container_mut(&mut self, id: &ContainerId) -> Result<&mut Container, EngineError> {
        self.containers.get_mut(id).ok_or_else(|| no_such_container(id.as_str()))
    }

    /// The container with this name or id.
    pub(super) fn find_container(&self, name: &str) -> Option<&Container> {
        self.containers.values().find(|c| c.name == name || c.id.as_str() == name)
    }

    /// Lets an effect happen later, with nobody listening to its answer.
    pub(super) fn defer(&mut self, effect: Effect, ticks: u64) {
        self.deferred.push((self.tick + ticks, effect));
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, ticks: u64) {
        for _ in 0..ticks {
            self.tick += 1;
            let now = self.tick;
            let (due, later) = std::mem::take(&mut self.deferred).into_iter().partition(|(at, _)| *at <= now);
            self.deferred = later;
            let due: Vec<(u64, Effect)> = due;
            for (_, effect) in due {
                // Whoever asked has stopped listening.
                let _: Result<EffectOutcome, EngineError> = self.perform(&effect, &Unheard);
            }
            let ids: Vec<ContainerId> = self.containers.keys().cloned().collect();
            for id in &ids {
                self.live(id);
            }
        }
    }

    /// One tick in the life of a container.
    fn live(&mut self, id: &ContainerId) {
        let tick = self.tick;
        let Some(container) = self.containers.get(id) else { return };
        let running_for = tick.saturating_sub(container.started.unwrap_or(tick));
        match container.phase {
            Phase::Running => {
                if let Some((_, code)) = container.behaviour.exits.filter(|(after, _)| running_for >= *after)
                {
                    self.ended_by_itself(id, code);
                }
            }
            Phase::Restarting(until) if tick >= until => self.restarted_by_policy(id),
            Phase::Removing(until) if tick >= until => {
                self.containers.remove(id);
                self.notify("container", "destroy", id.as_str());
            }
            _ => {}
        }
    }

    fn ended_by_itself(&mut self, id: &ContainerId, code: i64) {
        let tick = self.tick;
        self.halt(id, code);
        let Some(container) = self.containers.get_mut(id) else { return };
        let again = match container.spec.restart {
            RestartPolicy::Unset | RestartPolicy::No => false,
            RestartPolicy::Always | RestartPolicy::UnlessStopped => true,
            RestartPolicy::OnFailure { max } => code != 0 && (max == 0 || container.restart_count < max),
        };
        if again {
            container.phase = Phase::Restarting(tick + 1);
        }
    }

    fn restarted_by_policy(&mut self, id: &ContainerId) {
        if let Some(container) = self.containers.get_mut(id) {
            container.phase = Phase::Exited;
            container.restart_count += 1;
        }
        // A restart that fails leaves the container ended, with the reason in its state.
        let _: Result<(), EngineError> = self.start(id);
    }

    /// Ends a container's run.
    pub(super) fn halt(&mut self, id: &ContainerId, code: i64) {
        let tick = self.tick;
        if let Some(container) = self.containers.get_mut(id) {
            container.phase = Phase::Exited;
            container.exit_code = code;
            container.finished = Some(tick);
            container.ports.clear();
            container.endpoints.values_mut().for_each(|end| end.address.clear());
        }
        self.notify("container", "die", id.as_str());
    }

    pub(super) fn write_line(&mut self, id: &ContainerId, stderr: bool, text: String) {
        let at = Self::instant(self.tick);
        if let Some(container) = self.containers.get_mut(id) {
            container.logs.push(LogLine { at, stderr, text });
        }
    }
}

pub(super) fn no_such_container(id: &str) -> EngineError {
    EngineError::NotFound { message: format!("No such container: {id}") }
}

/// Progress that nobody hears.
#[derive(Debug)]
pub(super) struct Unheard;

impl ProgressSink for Unheard {
    fn report(&self, _: Progress) {}
}
