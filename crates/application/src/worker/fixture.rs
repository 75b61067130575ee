//! Small worlds for the tests of this module.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::command::{
    ApplyOptions, Command, CommandPayload, CommandStatus, FailureScope, OnFailure,
};
use core_monitor_domain::desired::{ContainerSpec, PullPolicy, SecretVersions, ServiceSpec, SpecHash};
use core_monitor_domain::ids::{
    CommandId, ContainerId, Epoch, ImageId, InstanceId, Seq, StackId, VersionNumber, WorkerId,
};
use core_monitor_domain::journal::JournalLine;
use core_monitor_domain::observation::{
    ApiVersion, ContainerState, EngineFacts, HostObservation, Observation, ObservedContainer, RunEnding,
};
use core_monitor_domain::ports::{
    ContainerEngine, Lease, MockAdoptionStore, MockCreationStore, MockEngineInventory, MockHttpProbe,
    MockObservationStore, MockPlanStore, MockQueueWakeup, MockStackFolder, MockStackStore, MockTokenStore,
    MockUserStore, MockWorkerLock, MockWorkerQueue, Renewal, StoreError,
};
use core_monitor_domain::protection::Protected;
use core_monitor_domain::stack::{Stack, StackLabels};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::host_mounts::SimHostMounts;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::runtime_clock::RuntimeClock;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_simulation::vault::SimVault;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::activity::Activity;
use super::context::Context;
use super::lease_keeper::LeaseKeeper;
use super::look::Latest;
use super::mailbox::Mailbox;
use super::observer::Observer;
use super::{Deadlines, WorkerPorts, WorkerSettings};

pub(crate) const STACK: &str = "01900000-0000-7000-8000-000000000001";

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-01-26T10:00:00Z").unwrap()
}

/// A container that was started a second ago, without labels.
pub(crate) fn container(name: &str, state: ContainerState) -> ObservedContainer {
    ObservedContainer {
        id: ContainerId(format!("id-{name}")),
        name: name.to_owned(),
        labels: BTreeMap::new(),
        image: "app:1".to_owned(),
        image_id: ImageId::from("sha256:1"),
        state,
        health: None,
        created_at: Some(now()),
        started_at: Some(now()),
        finished_at: None,
        ending: RunEnding::Unknown,
        restart_count: 0,
        error: String::new(),
        networks: BTreeMap::new(),
        network_mode: String::new(),
        pid_mode: String::new(),
        ipc_mode: String::new(),
        mounts: Vec::new(),
        ports: Vec::new(),
        placements: Vec::new(),
    }
}

pub(crate) fn observation(containers: Vec<ObservedContainer>) -> Observation {
    let engine = EngineFacts {
        id: "engine".to_owned(),
        version: "20.10.24".to_owned(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".to_owned(),
        arch: "amd64".to_owned(),
    };
    let host = HostObservation {
        taken_at: now(),
        engine,
        stacks_dir: None,
        builds: BuildPolicy::default(),
        protected: Protected::default(),
        networks: Vec::new(),
        volumes: Vec::new(),
        images: Vec::new(),
        occupants: Vec::new(),
        spoofed: Vec::new(),
        edited_files: Vec::new(),
    };
    Observation { host, containers }
}

pub(crate) fn stack() -> Stack {
    Stack {
        id: STACK.parse::<StackId>().unwrap(),
        name: "shop".parse().unwrap(),
        current_version: Some(VersionNumber(1)),
        latest_version: VersionNumber(1),
        last_seq: Seq(1),
        created_by: Actor::from_stored("alice"),
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        stopped_runs: Vec::new(),
        on_failure: OnFailure::Hold,
        labels: StackLabels::none(),
        settings_changes: 0,
    }
}

/// A service of one container.
pub(crate) fn service(name: &str, container: ContainerSpec) -> ServiceSpec {
    ServiceSpec {
        build: None,
        name: name.parse().unwrap(),
        replicas: 1,
        container_name: None,
        pull_policy: PullPolicy::Missing,
        depends_on: Vec::new(),
        is_job: false,
        is_awaited: false,
        mounted: None,
        secrets: SecretVersions::default(),
        slots: Vec::new(),
        hash: SpecHash::of_container(None, &container),
        container: container.into(),
    }
}

pub(crate) fn command(payload: CommandPayload) -> Command {
    Command {
        id: CommandId(Uuid::from_u128(1)),
        seq: Seq(1),
        stack_id: STACK.parse().unwrap(),
        payload,
        status: CommandStatus::Running,
        principal: Actor::from_stored("alice"),
        created_at: now(),
        started_at: Some(now()),
        finished_at: None,
        attempt: 1,
        retry: 0,
        fence: Some(Epoch(1)),
        claimed_by: None,
        cancel_requested_at: None,
        failure: None,
        result: None,
    }
}

/// One claimed command in front of an engine, with a queue that only writes down.
pub(crate) struct Bench {
    pub(crate) settings: WorkerSettings,
    pub(crate) clock: Arc<RuntimeClock>,
    /// Somebody cancels the command that late.
    pub(crate) cancel_after: Option<Duration>,
    /// The lease is not renewed from then on.
    pub(crate) renewed_until: Option<Duration>,
    ports: WorkerPorts,
    written: Arc<Mutex<Vec<String>>>,
    cancelled: Arc<AtomicBool>,
    unreachable: Arc<AtomicBool>,
}

impl Bench {
    pub(crate) fn new(engine: Arc<dyn ContainerEngine>) -> Self {
        let clock = Arc::new(RuntimeClock::new());
        let written: Arc<Mutex<Vec<String>>> = Arc::default();
        let cancelled: Arc<AtomicBool> = Arc::default();
        let unreachable: Arc<AtomicBool> = Arc::default();
        let mut queue = MockWorkerQueue::new();
        let transactions = Arc::clone(&written);
        queue.expect_record().returning(move |_, _, entries, _| {
            let line = |line: &JournalLine| {
                let encoded = line.entry.encode();
                format!("{} {} {}", encoded.kind.as_str(), encoded.op, encoded.target)
            };
            let lines: Vec<_> = entries.iter().map(line).collect();
            transactions.lock().unwrap().push(lines.join(", "));
            Ok(())
        });
        queue.expect_journal().returning(|_| Ok(Vec::new()));
        let (cancel, away) = (Arc::clone(&cancelled), Arc::clone(&unreachable));
        queue.expect_renew().returning(move |_, running, now, ttl| {
            if away.load(Ordering::Relaxed) {
                let reason = "nobody answers".to_owned();
                return Err(StoreError::Unavailable { reason, source: None }.into());
            }
            let cancel_requested = if cancel.load(Ordering::Relaxed) { running.to_vec() } else { Vec::new() };
            Ok(Renewal { expires_at: now.plus(ttl), cancel_requested })
        });
        let mut folders = MockStackFolder::new();
        folders.expect_root().return_const("/stacks".to_owned());
        folders.expect_edited().returning(|| Ok(Vec::new()));
        let ports = WorkerPorts {
            engine,
            inventory: Arc::new(MockEngineInventory::new()),
            stacks: Arc::new(MockStackStore::new()),
            folders: Arc::new(folders),
            host_mounts: Arc::new(SimHostMounts::default()),
            adoptions: Arc::new(MockAdoptionStore::new()),
            creations: Arc::new(MockCreationStore::new()),
            queue: Arc::new(queue),
            wakeup: Arc::new(MockQueueWakeup::new()),
            lock: Arc::new(MockWorkerLock::new()),
            plans: Arc::new(MockPlanStore::new()),
            tokens: Arc::new(MockTokenStore::new()),
            users: Arc::new(MockUserStore::new()),
            policies: SimDatabase::new().policy_store(),
            vault: Arc::new(SimVault::new("key")),
            observations: Arc::new(MockObservationStore::new()),
            probe: Arc::new(MockHttpProbe::new()),
            clock: clock.clone(),
            ids: Arc::new(SeededIdSource::new(1)),
        };
        let settings = settings();
        let (cancel_after, renewed_until) = (None, None);
        Self { settings, clock, cancel_after, renewed_until, ports, written, cancelled, unreachable }
    }

    /// What was committed, one line per transaction.
    pub(crate) fn transactions(&self) -> Vec<String> {
        self.written.lock().unwrap().clone()
    }

    /// Runs `work` under a lease that is kept alive.
    pub(crate) async fn run<T>(&self, work: impl AsyncFnOnce(&Context<'_>) -> T) -> T {
        let version = VersionNumber(1);
        let command = command(CommandPayload::Apply { version, options: ApplyOptions::default() });
        let lease = Lease { worker: WorkerId(Uuid::nil()), epoch: Epoch(1), expires_at: now() };
        let (queue, clock) = (&*self.ports.queue, &*self.ports.clock);
        let keeper = LeaseKeeper::new(queue, clock, &self.settings, lease, clock.elapsed());
        let tenure = keeper.attend(command.seq, false);
        let activity = Activity::new();
        let instance = InstanceId(Uuid::nil());
        let latest = Latest::new(Arc::clone(&self.ports.observations));
        let observer = Observer::new(&self.ports, &self.settings, &activity, instance, latest);
        let context = Context {
            ports: &self.ports,
            settings: &self.settings,
            instance,
            activity: &activity,
            observer: &observer,
            tenure: &tenure,
            command: &command,
            mailbox: Mailbox::default(),
            port_ranges: &tokio::sync::Mutex::new(()),
        };
        let shutdown = CancellationToken::new();
        let cancel = async {
            match self.cancel_after {
                Some(after) => clock.sleep(after).await,
                None => std::future::pending().await,
            }
            self.cancelled.store(true, Ordering::Relaxed);
            std::future::pending::<()>().await;
        };
        let lose = async {
            match self.renewed_until {
                Some(until) => clock.sleep(until).await,
                None => std::future::pending().await,
            }
            self.unreachable.store(true, Ordering::Relaxed);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            end = work(&context) => end,
            () = lose => unreachable!("it waits for ever"),
            () = keeper.keep(&shutdown) => unreachable!("the keeper never returns"),
            () = cancel => unreachable!("it waits for ever"),
        }
    }
}

fn settings() -> WorkerSettings {
    WorkerSettings {
        parallelism: 8,
        stable_for: Duration::from_secs(5),
        failure_scope: FailureScope::default(),
        retry_budget: Duration::from_mins(5),
        lease_ttl: Duration::from_secs(10),
        observe_every: Duration::from_secs(10),
        builds: BuildPolicy::default(),
        protected: Protected::default(),
        deadlines: Deadlines {
            pull: Duration::from_mins(30),
            hook: Duration::from_mins(10),
            build: Duration::from_hours(1),
            operation: Duration::from_mins(1),
            ready: Duration::from_mins(10),
            completion: Duration::from_hours(1),
        },
    }
}
