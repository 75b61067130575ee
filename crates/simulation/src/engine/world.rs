//! The state of the simulated engine and its changes over time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write;

use core_monitor_domain::desired::RestartPolicy;
use core_monitor_domain::effect::{Effect, EffectOutcome};
use core_monitor_domain::engine_event::EngineEvent;
use core_monitor_domain::ids::{ContainerId, ImageId, NetworkId};
use core_monitor_domain::observation::{ApiVersion, RunEnding};
use core_monitor_domain::ports::{EngineChange, EngineError, IdSource, LogLine, Progress, ProgressSink};
use core_monitor_domain::time::Timestamp;
use tokio::sync::{broadcast, mpsc};

use super::behaviour::Behaviour;
use super::container::{Container, Phase};
use super::files::Disks;
use super::logs::Heard;
use super::outside::{SimBuild, SimImage};
use super::statistics::Measured;
use crate::artifacts::SimArtifacts;
use crate::ids::SeededIdSource;

/// 2026-01-26T10:00:00Z in milliseconds, the start of the manual clock too.
const START_MILLIS: i64 = 1_769_421_600_000;

/// Changes kept for a slow subscriber.
const NOTICES: usize = 1024;

#[derive(Debug)]
pub(super) struct World {
    pub(super) api: ApiVersion,
    pub(super) tick: u64,
    pub(super) networks: BTreeMap<NetworkId, Network>,
    pub(super) volumes: BTreeMap<String, Volume>,
    pub(super) images: BTreeMap<ImageId, SimImage>,
    /// Bytes that builds have left and no build uses.
    pub(super) build_cache: u64,
    /// Images that can be pulled, by familiar name.
    pub(super) registry: BTreeMap<String, SimImage>,
    pub(super) registry_down: bool,
    pub(super) builds_broken: bool,
    /// The builds that succeeded, in order.
    pub(super) builds: Vec<SimBuild>,
    pub(super) containers: BTreeMap<ContainerId, Container>,
    /// Names of invisible containers: of an unfinished create call, or one that died.
    pub(super) reserved_names: BTreeMap<String, ContainerId>,
    /// Host ports in use by processes outside containers.
    pub(super) occupied_ports: BTreeSet<u16>,
    /// Missing paths on the host; all others exist.
    pub(super) missing_paths: BTreeSet<String>,
    /// Behaviours by command line; they take precedence over the image's.
    pub(super) commands: BTreeMap<String, Behaviour>,
    pub(super) unplugged: bool,
    /// The request meets itself, so what older engines only look at first does not stop it.
    pub(super) racing: bool,
    /// Whether it cannot say how runs have ended.
    pub(super) forgetful: bool,
    pub(super) notices: broadcast::Sender<Notice>,
    /// The stops that were asked for, with their grace periods, in order.
    pub(super) stops: Vec<(String, Option<u64>)>,
    /// The files in containers.
    pub(super) disks: Disks,
    /// Where the bytes of artifacts come from; without it, every artifact is there and whole.
    pub(super) artifacts: Option<SimArtifacts>,
    /// The followers of running containers' output.
    pub(super) followers: BTreeMap<ContainerId, Vec<mpsc::UnboundedSender<Heard>>>,
    /// Whoever measures running containers.
    pub(super) meters: BTreeMap<ContainerId, Vec<mpsc::UnboundedSender<Measured>>>,
    /// The last events.
    pub(super) history: VecDeque<EngineEvent>,
    /// Delayed effects, by the tick they are due.
    deferred: Vec<(u64, Effect)>,
    ids: SeededIdSource,
    subnets: u8,
    pub(super) next_port: u16,
}

/// Events for subscribers.
#[derive(Debug, Clone)]
pub(super) enum Notice {
    Change(EngineChange),
    /// The same for people.
    Event(Box<EngineEvent>),
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
    /// Created with an explicit subnet; only then containers may choose addresses.
    pub(super) chosen_subnet: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Volume {
    pub(super) name: String,
    pub(super) driver: String,
    pub(super) options: BTreeMap<String, String>,
    pub(super) labels: BTreeMap<String, String>,
    /// Represents its files.
    pub(super) data: String,
}

/// Networks that every engine has and that cannot be removed.
pub(super) const PREDEFINED: [(&str, &str); 3] = [("bridge", "bridge"), ("host", "host"), ("none", "null")];

impl World {
    pub(super) fn new(api: ApiVersion, seed: u64) -> Self {
        let mut world = Self {
            api,
            tick: 0,
            networks: BTreeMap::new(),
            volumes: BTreeMap::new(),
            images: BTreeMap::new(),
            build_cache: 0,
            history: VecDeque::new(),
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
            racing: false,
            forgetful: false,
            stops: Vec::new(),
            notices: broadcast::Sender::new(NOTICES),
            followers: BTreeMap::new(),
            disks: Disks::default(),
            artifacts: None,
            meters: BTreeMap::new(),
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

    /// A subnet that no network uses.
    pub(super) fn fresh_subnet(&mut self) -> String {
        self.subnets = self.subnets.wrapping_add(1);
        format!("172.{}.0.0/16", self.subnets)
    }

    /// The time of a tick.
    pub(super) fn instant(tick: u64) -> Option<Timestamp> {
        let millis = i64::try_from(tick.saturating_mul(1000)).ok()?;
        Timestamp::from_millis(START_MILLIS.saturating_add(millis))
    }

    pub(super) fn notify(&mut self, kind: &str, action: &str, subject: &str) {
        let event = self.event(kind, action, subject);
        self.remember(event.clone());
        let _ = self.notices.send(Notice::Event(Box::new(event)));
        let change =
            EngineChange { kind: kind.to_owned(), action: action.to_owned(), subject: subject.to_owned() };
        // There may be no receiver.
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

    /// Delays an effect, whose answer is discarded.
    pub(super) fn defer(&mut self, effect: Effect, ticks: u64) {
        self.deferred.push((self.tick + ticks, effect));
    }

    /// Advances time.
    pub(super) fn advance(&mut self, ticks: u64) {
        for _ in 0..ticks {
            self.tick += 1;
            let now = self.tick;
            let (due, later) = std::mem::take(&mut self.deferred).into_iter().partition(|(at, _)| *at <= now);
            self.deferred = later;
            let due: Vec<(u64, Effect)> = due;
            for (_, effect) in due {
                // The caller may be gone.
                let _: Result<EffectOutcome, EngineError> = self.perform(&effect, &Unheard);
            }
            let ids: Vec<ContainerId> = self.containers.keys().cloned().collect();
            for id in &ids {
                self.live(id);
            }
        }
    }

    /// Advances a container by one tick.
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
        self.halt(id, code, RunEnding::ByItself);
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
        // A failed restart leaves the container exited, with the reason in its state.
        let _: Result<(), EngineError> = self.start(id);
    }

    /// Ends a container's run.
    pub(super) fn halt(&mut self, id: &ContainerId, code: i64, ending: RunEnding) {
        let tick = self.tick;
        if let Some(container) = self.containers.get_mut(id) {
            container.phase = Phase::Exited;
            container.exit_code = code;
            container.ending = if self.forgetful { RunEnding::Unknown } else { ending };
            container.finished = Some(tick);
            container.ports.clear();
            container.endpoints.values_mut().for_each(|end| end.address.clear());
        }
        // The end of its output, for all followers.
        self.followers.remove(id);
        self.meters.remove(id);
        self.notify("container", "die", id.as_str());
    }

    pub(super) fn write_line(&mut self, id: &ContainerId, stderr: bool, text: String) {
        let line = LogLine { at: Self::instant(self.tick), stderr, text };
        self.tell_followers(id, &line);
        if let Some(container) = self.containers.get_mut(id) {
            container.logs.push(line);
        }
    }
}

pub(super) fn no_such_container(id: &str) -> EngineError {
    EngineError::NotFound { message: format!("No such container: {id}") }
}

/// A sink that discards progress.
#[derive(Debug)]
pub(super) struct Unheard;

impl ProgressSink for Unheard {
    fn report(&self, _: Progress) {}
}
