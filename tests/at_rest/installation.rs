//! A server and a worker with one database file and a simulated engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use core_monitor_application::server::{CommitWatch, DefinitionLimits, Patience, Server, ServerPorts, Write};
use core_monitor_application::worker::{Deadlines, Worker, WorkerPorts, WorkerSettings};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::command::{Command, CommandPayload, FailureScope};
use core_monitor_domain::ids::{CommandId, InstanceId, StackId};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::plan::PlanRetention;
use core_monitor_domain::ports::{EventFilter, IfMatch, SecretVault};
use core_monitor_domain::protection::Protected;
use core_monitor_engine_link::EngineLinkClient;
use core_monitor_host::{FolderArtifacts, KeyFileVault, SystemClock, TcpHttpProbe};
use core_monitor_simulation::catalog_folder::SimCatalogFolder;
use core_monitor_simulation::disk::SimDisk;
use core_monitor_simulation::engine::SimContainerEngine;
use core_monitor_simulation::host_mounts::SimHostMounts;
use core_monitor_simulation::host_ports::SimHostPorts;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::key_list_source::SimKeyListSource;
use core_monitor_simulation::passwords::{SimCodes, SimPasswordHasher, SimSetupToken};
use core_monitor_simulation::stack_folder::SimStackFolder;
use core_monitor_simulation::vault::SimVault;
use core_monitor_store_seaorm::{Database, connect, default_url};
use futures::future::join_all;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) struct Installation {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) database: Database,
    pub(crate) engine: Arc<SimContainerEngine>,
    pub(crate) server: Server,
    pub(crate) folders: Arc<SimStackFolder>,
    vault: Arc<dyn SecretVault>,
    ids: Arc<SeededIdSource>,
    pub(crate) instance: InstanceId,
}

impl Installation {
    pub(crate) async fn new() -> Self {
        Self::over(tempfile::tempdir().unwrap()).await
    }

    /// With the database in `folder`, if there is one.
    pub(crate) async fn over(folder: tempfile::TempDir) -> Self {
        let clock = Arc::new(SystemClock);
        let database = connect(&default_url(folder.path()), folder.path(), clock.clone()).await.unwrap();
        let ids = Arc::new(SeededIdSource::new(1));
        let instance = database.token_store().instance(InstanceId(Uuid::from_u128(1))).await.unwrap();
        let vault: Arc<dyn SecretVault> = Arc::new(KeyFileVault::open(folder.path()).unwrap());
        let server = Server::new(ServerPorts {
            stacks: database.stack_store(),
            templates: database.template_store(),
            instances: database.instance_store(),
            key_lists: database.key_list_store(),
            rollouts: database.rollout_store(),
            key_source: Arc::new(SimKeyListSource::default()),
            version_records: database.version_records(),
            adoptions: database.adoption_store(),
            link: Arc::new(EngineLinkClient::new(folder.path().join("nobody-listens"), clock.clone())),
            queue: database.command_queue(),
            on_demand: database.on_demand_store(),
            alerts: database.alert_store(),
            alert_channels: core_monitor_application::server::AlertChannels::default(),
            plans: database.plan_store(),
            observations: database.observation_store(),
            marks: database.change_marks(),
            statistics: database.statistics_store(),
            tokens: database.token_store(),
            users: database.user_store(),
            secrets: database.secret_store(),
            policies: database.policy_store(),
            identification: None,
            passwords: Arc::new(SimPasswordHasher),
            codes: Arc::new(SimCodes),
            setup: Arc::new(SimSetupToken::default()),
            sessions: database.session_store(),
            session_limits: core_monitor_domain::session::SessionLimits::default(),
            artifacts: Arc::new(FolderArtifacts::new(folder.path())),
            records: database.record_store(),
            registries: database.registry_store(),
            audit: database.audit_log(),
            vault: Arc::clone(&vault),
            clock,
            ids: ids.clone(),
            catalog: Arc::new(SimCatalogFolder::default()),
            disk: Arc::new(SimDisk::default()),
            host_ports: Arc::new(SimHostPorts::default()),
            host_mounts: Arc::new(SimHostMounts::default()),
            mount_roots: core_monitor_domain::template::FolderRoots::new(),
            commits: Arc::new(CommitWatch::new(database.wakeup())),
            instance,
            plan_retention: PlanRetention::default(),
            record_retention: core_monitor_domain::records::RecordRetention::default(),
            definition_limits: DefinitionLimits::default(),
            terminals: core_monitor_domain::terminal::TerminalLimits::default(),
            files_limit: 1 << 20,
            stacks_dir: PathBuf::from("/stacks"),
            listens_at: ([127, 0, 0, 1], 8080).into(),
        });
        let engine = Arc::new(SimContainerEngine::new(ApiVersion { major: 1, minor: 41 }, 7));
        let folders = Arc::new(SimStackFolder::new());
        Self { folder, database, engine, server, folders, vault, ids, instance }
    }

    /// From now on, the worker has another key.
    pub(crate) fn lose_the_key(&mut self) {
        self.vault = Arc::new(SimVault::new("another"));
    }

    /// The database file.
    pub(crate) fn file(&self) -> PathBuf {
        database_in(self.folder.path())
    }

    fn worker(&self) -> Worker {
        let ports = WorkerPorts {
            engine: self.engine.clone(),
            inventory: self.engine.clone(),
            stacks: self.database.stack_store(),
            folders: self.folders.clone(),
            host_mounts: Arc::new(SimHostMounts::default()),
            adoptions: self.database.adoption_store(),
            creations: self.database.creation_store(),
            queue: self.database.worker_queue(),
            wakeup: self.database.wakeup(),
            lock: self.database.worker_lock(),
            plans: self.database.plan_store(),
            tokens: self.database.token_store(),
            users: self.database.user_store(),
            policies: self.database.policy_store(),
            vault: Arc::clone(&self.vault),
            observations: self.database.observation_store(),
            probe: Arc::new(TcpHttpProbe),
            clock: Arc::new(SystemClock),
            ids: self.ids.clone(),
        };
        Worker::new(ports, settings(), self.instance)
    }

    pub(crate) async fn enqueue(&self, actor: &Actor, stack: StackId, payload: CommandPayload) -> CommandId {
        let write = Write { idempotency: None, if_match: IfMatch::Any };
        let now = Patience { at_most: Duration::ZERO, stopping: CancellationToken::new() };
        self.server.enqueue(actor, stack, payload, write, &now).await.unwrap().shown.command.id
    }

    /// Runs workers until the command is settled or cannot continue. A dead worker is replaced by a new one.
    pub(crate) async fn settle(&self, id: CommandId) -> Command {
        loop {
            let (worker, shutdown, crashes) =
                (self.worker(), CancellationToken::new(), self.engine.crashes());
            tokio::select! {
                biased;
                () = self.engine.crashed_since(crashes) => {}
                command = self.settled(id) => return command,
                () = worker.run(&shutdown) => panic!("the worker ended without being told to"),
            }
        }
    }

    /// Runs one worker until all these commands are settled or cannot continue.
    pub(crate) async fn settle_all(&self, ids: &[CommandId]) -> Vec<Command> {
        let (worker, shutdown) = (self.worker(), CancellationToken::new());
        tokio::select! {
            biased;
            commands = join_all(ids.iter().map(|id| self.settled(*id))) => commands,
            () = worker.run(&shutdown) => panic!("the worker ended without being told to"),
        }
    }

    /// Runs a worker for one more observation of the engine.
    pub(crate) async fn look(&self) {
        let (worker, shutdown) = (self.worker(), CancellationToken::new());
        let observations = self.database.observation_store();
        let taken_at = async || observations.host().await.unwrap().map(|host| host.taken_at);
        let before = taken_at().await;
        let seen = async {
            let wakeup = self.database.wakeup();
            while taken_at().await == before {
                wakeup.wait(Duration::from_secs(1)).await;
            }
        };
        tokio::select! {
            () = seen => {}
            () = worker.run(&shutdown) => panic!("the worker ended without being told to"),
        }
    }

    async fn settled(&self, id: CommandId) -> Command {
        let wakeup = self.database.wakeup();
        loop {
            let command = self.database.command_queue().find(id).await.unwrap().unwrap();
            if command.status.is_settled() {
                return command;
            }
            wakeup.wait(Duration::from_secs(1)).await;
        }
    }

    /// The kinds of all events of a command, oldest first.
    pub(crate) async fn events_of(&self, id: CommandId) -> Vec<String> {
        let filter = EventFilter { command_id: Some(id), limit: 1_000, ..EventFilter::default() };
        let events = self.database.command_queue().events(&filter).await.unwrap();
        events.iter().map(|event| event.line.kind().as_str().to_owned()).collect()
    }

    pub(crate) async fn carry_out(&self, actor: &Actor, stack: StackId, payload: CommandPayload) -> Command {
        let id = self.enqueue(actor, stack, payload).await;
        self.settle(id).await
    }
}

/// Time is real here, because SQLite does not wait for a simulated clock.
fn settings() -> WorkerSettings {
    let patience = Duration::from_mins(1);
    WorkerSettings {
        parallelism: 8,
        stable_for: Duration::from_millis(20),
        failure_scope: FailureScope::default(),
        retry_budget: patience,
        lease_ttl: Duration::from_secs(10),
        observe_every: Duration::from_secs(10),
        builds: BuildPolicy::default(),
        protected: Protected::default(),
        deadlines: Deadlines {
            pull: patience,
            hook: patience,
            build: patience,
            operation: patience,
            ready: patience,
            completion: patience,
        },
    }
}

/// The database file of an installation in `folder`.
pub(crate) fn database_in(folder: &Path) -> PathBuf {
    folder.join("core-monitor.db")
}
