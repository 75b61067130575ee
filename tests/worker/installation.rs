//! A complete installation in one process: database, engine, clock, and workers that can be killed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_application::server::{MakePlan, Server, ServerPorts, StackStatus, untouchable_ports};
use core_monitor_application::worker::{Deadlines, Worker, WorkerPorts, WorkerSettings};
use core_monitor_compose::{LoadOptions, ProjectFiles, load};
use core_monitor_domain::actor::{Actor, SystemPart};
use core_monitor_domain::artifact::Artifacts;
use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::command::{ApplyOptions, Command, CommandPayload, FailureScope, OnFailure};
use core_monitor_domain::ids::{CommandId, InstanceId, PlanId, StackId, VersionNumber};
use core_monitor_domain::observation::{ApiVersion, Observation};
use core_monitor_domain::plan::PlanFor;
use core_monitor_domain::ports::{
    Clock as _, EngineReader as _, Enqueued, IdSource as _, IfMatch, NewCommand, NewStack, NewVersion,
    StackFolder as _, WorkerLock,
};
use core_monitor_domain::protection::Protected;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::Source;
use core_monitor_simulation::engine::SimContainerEngine;
use core_monitor_simulation::host_mounts::SimHostMounts;
use core_monitor_simulation::http_probe::SimHttpProbe;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::runtime_clock::RuntimeClock;
use core_monitor_simulation::stack_folder::SimStackFolder;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_simulation::vault::SimVault;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Longer than anything takes here, in simulated time.
const PATIENCE: Duration = Duration::from_hours(1);

/// Name of the foreign objects in every story.
pub(crate) const STRANGER: &str = "stranger";

pub(crate) struct Installation {
    pub(crate) database: SimDatabase,
    pub(crate) engine: Arc<SimContainerEngine>,
    pub(crate) folders: Arc<SimStackFolder>,
    pub(crate) host_mounts: Arc<SimHostMounts>,
    pub(crate) clock: Arc<RuntimeClock>,
    pub(crate) settings: WorkerSettings,
    pub(crate) probe: Arc<SimHttpProbe>,
    vault: Arc<SimVault>,
    pub(crate) ids: Arc<SeededIdSource>,
    instance: InstanceId,
}

impl Installation {
    pub(crate) fn new(api: ApiVersion) -> Self {
        Self {
            database: SimDatabase::new(),
            engine: Arc::new(SimContainerEngine::new(api, 7)),
            folders: Arc::new(SimStackFolder::new()),
            host_mounts: Arc::new(SimHostMounts::default()),
            clock: Arc::new(RuntimeClock::new()),
            settings: settings(),
            probe: Arc::new(SimHttpProbe::default()),
            vault: Arc::new(SimVault::new("key")),
            ids: Arc::new(SeededIdSource::new(1)),
            instance: InstanceId(Uuid::from_u128(1)),
        }
    }

    /// Saves a stack with its first version.
    pub(crate) async fn create(&self, yaml: &str) -> StackId {
        self.create_folder(yaml, &[]).await
    }

    /// Saves a stack with its first version and additional files.
    pub(crate) async fn create_folder(&self, yaml: &str, files: &[(&str, &str)]) -> StackId {
        self.create_named("shop", yaml, files).await
    }

    /// Saves a stack with this name, its first version and additional files.
    pub(crate) async fn create_named(&self, name: &str, yaml: &str, files: &[(&str, &str)]) -> StackId {
        let id = StackId(self.ids.next_uuid());
        let version = self.version(name, id, yaml, files);
        let name = name.parse().unwrap();
        let new = NewStack { id, name, on_failure: OnFailure::Hold, version };
        self.database.stack_store().create(new).await.unwrap();
        id
    }

    /// Saves another version.
    pub(crate) async fn update(&self, stack: StackId, yaml: &str) -> VersionNumber {
        self.update_folder(stack, yaml, &[]).await
    }

    /// Saves another version with additional files.
    pub(crate) async fn update_folder(
        &self,
        stack: StackId,
        yaml: &str,
        files: &[(&str, &str)],
    ) -> VersionNumber {
        self.update_with(stack, yaml, files, Artifacts::new()).await
    }

    /// Saves another version with additional files and artifacts.
    pub(crate) async fn update_with(
        &self,
        stack: StackId,
        yaml: &str,
        files: &[(&str, &str)],
        artifacts: Artifacts,
    ) -> VersionNumber {
        let version = NewVersion { artifacts, ..self.version("shop", stack, yaml, files) };
        let saved = self.database.stack_store().add_version(stack, IfMatch::Any, version).await.unwrap();
        saved.version.version
    }

    fn version(&self, name: &str, stack: StackId, yaml: &str, files: &[(&str, &str)]) -> NewVersion {
        let options = LoadOptions {
            project_name: Some(name.to_owned()),
            project_directory: format!("/stacks/{stack}"),
            ..LoadOptions::default()
        };
        let mut source = Source::single("compose.yml", yaml);
        source.files.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())));
        let loaded = load(&ProjectFiles::single("compose.yml", yaml), &options).unwrap();
        NewVersion {
            command_id: CommandId(self.ids.next_uuid()),
            author: Actor::from_stored("alice"),
            comment: String::new(),
            source,
            secrets: Vec::new(),
            based_on: None,
            artifacts: Artifacts::new(),
            model: loaded.project,
            warnings: Vec::new(),
            idempotency: None,
            now: self.clock.now(),
        }
    }

    /// Enqueues a command of `alice`, or a power change of the gateway.
    pub(crate) async fn enqueue(&self, stack_id: StackId, payload: CommandPayload) -> CommandId {
        let power = payload.kind().is_power_change();
        let principal = if power { Actor::system(SystemPart::Gateway) } else { Actor::from_stored("alice") };
        self.enqueue_by(principal, stack_id, payload).await
    }

    pub(crate) async fn enqueue_by(
        &self,
        principal: Actor,
        stack_id: StackId,
        payload: CommandPayload,
    ) -> CommandId {
        let command = NewCommand {
            id: CommandId(self.ids.next_uuid()),
            stack_id,
            payload,
            leaves_on_failure: false,
            principal,
            idempotency: None,
            if_match: IfMatch::Any,
            now: self.clock.now(),
        };
        match self.database.command_queue().enqueue(command).await.unwrap() {
            Enqueued::New(command) | Enqueued::Replayed(command) => command.id,
        }
    }

    pub(crate) async fn command(&self, id: CommandId) -> Command {
        self.database.command_queue().find(id).await.unwrap().unwrap()
    }

    pub(crate) async fn stack(&self, id: StackId) -> Stack {
        self.database.stack_store().find_with_deleted(id).await.unwrap().unwrap()
    }

    pub(crate) async fn cancel(&self, id: CommandId) {
        self.database
            .command_queue()
            .cancel(id, &Actor::from_stored("alice"), self.clock.now())
            .await
            .unwrap();
    }

    pub(crate) async fn retry(&self, id: CommandId) {
        self.database
            .command_queue()
            .retry(id, &Actor::from_stored("alice"), self.clock.now())
            .await
            .unwrap();
    }

    /// A worker process that is not yet running.
    pub(crate) fn worker(&self) -> Worker {
        self.worker_with(self.database.worker_lock())
    }

    /// A worker process without the worker lock.
    pub(crate) fn unlocked_worker(&self) -> Worker {
        self.worker_with(SimDatabase::new().worker_lock())
    }

    fn worker_with(&self, lock: Arc<dyn WorkerLock>) -> Worker {
        let ports = WorkerPorts {
            engine: self.engine.clone(),
            inventory: self.engine.clone(),
            stacks: self.database.stack_store(),
            folders: self.folders.clone(),
            host_mounts: self.host_mounts.clone(),
            adoptions: self.database.adoption_store(),
            creations: self.database.creation_store(),
            queue: self.database.worker_queue(),
            wakeup: self.database.wakeup(),
            lock,
            plans: self.database.plan_store(),
            tokens: self.database.token_store(),
            users: self.database.user_store(),
            policies: self.database.policy_store(),
            vault: Arc::new(SimVault::new("key")),
            observations: self.database.observation_store(),
            probe: self.probe.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        };
        Worker::new(ports, self.settings.clone(), self.instance)
    }

    /// The plan that the server shows for `payload`, stored.
    pub(crate) async fn plan(&self, stack: StackId, payload: &CommandPayload) -> PlanId {
        let mut looked = self.observe().await;
        looked.host.stacks_dir = Some(self.folders.root());
        looked.host.edited_files = self.folders.edited().await.unwrap();
        looked.host.protected = self.settings.protected.clone();
        self.database.observation_store().save(&looked).await.unwrap();
        let alice = Actor::from_stored("alice");
        if let CommandPayload::Delete { what, .. } = payload {
            return self.server().plan_delete(&alice, stack, *what).await.unwrap().id;
        }
        let purpose = match payload {
            CommandPayload::Rollback { .. } => PlanFor::Rollback,
            _ => PlanFor::Apply,
        };
        let force_recreate = payload.options().map(|o| o.force_recreate.clone()).unwrap_or_default();
        let request =
            MakePlan { stack_id: stack, version: payload.version().unwrap(), purpose, force_recreate };
        self.server().make_plan(&alice, request).await.unwrap().id
    }

    /// The status that the server shows, from what the workers have seen.
    pub(crate) async fn status(&self, stack: StackId) -> StackStatus {
        self.server().show_stack_status(&Actor::from_stored("alice"), stack).await.unwrap()
    }

    fn server(&self) -> Server {
        Server::new(ServerPorts {
            stacks: self.database.stack_store(),
            adoptions: self.database.adoption_store(),
            queue: self.database.command_queue(),
            plans: self.database.plan_store(),
            observations: self.database.observation_store(),
            marks: self.database.change_marks(),
            secrets: self.database.secret_store(),
            policies: self.database.policy_store(),
            vault: self.vault.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            ..untouchable_ports(self.instance)
        })
    }

    /// What the engine shows.
    pub(crate) async fn observe(&self) -> Observation {
        self.engine.observe(self.instance, &BTreeSet::new(), self.clock.now()).await.unwrap()
    }

    /// The steps of the plan that the server shows for `payload`.
    pub(crate) async fn planned(&self, stack: StackId, payload: &CommandPayload) -> String {
        let id = self.plan(stack, payload).await;
        self.database.plan_store().find(id).await.unwrap().unwrap().plan.to_string()
    }

    /// Lets a worker run for a while without a command.
    pub(crate) async fn watch(&self, duration: Duration) {
        let (worker, shutdown) = (self.worker(), CancellationToken::new());
        tokio::select! {
            biased;
            () = worker.run(&shutdown) => unreachable!("nobody told it to end"),
            () = self.clock.sleep(duration) => {}
        }
    }

    /// Runs workers until the command is settled. A dead worker is replaced by a new one.
    pub(crate) async fn settle(&self, id: CommandId) -> Command {
        self.settle_with(id, || ()).await
    }

    /// The same, calling `died` after each death of a worker.
    pub(crate) async fn settle_with(&self, id: CommandId, mut died: impl FnMut()) -> Command {
        let limit = self.clock.elapsed() + PATIENCE;
        loop {
            let (worker, shutdown) = (self.worker(), CancellationToken::new());
            let crashes = self.engine.crashes();
            tokio::select! {
                biased;
                () = self.engine.crashed_since(crashes) => died(),
                command = self.settled(id) => return command,
                () = worker.run(&shutdown) => panic!("the worker ended without being told to"),
                () = self.clock.sleep(limit.saturating_sub(self.clock.elapsed())) => {
                    panic!("not settled after {PATIENCE:?}:\n{}", crate::queue_text::render(self).await)
                }
            }
        }
    }

    /// Returns as soon as the command is settled.
    pub(crate) async fn settled(&self, id: CommandId) -> Command {
        let wakeup = self.database.wakeup();
        loop {
            let command = self.command(id).await;
            if command.status.is_settled() {
                return command;
            }
            wakeup.wait(Duration::from_mins(1)).await;
        }
    }

    /// Enqueues a command and runs workers until it is settled.
    pub(crate) async fn carry_out(&self, stack: StackId, payload: CommandPayload) -> Command {
        let id = self.enqueue(stack, payload).await;
        self.settle(id).await
    }
}

pub(crate) fn apply(version: u32) -> CommandPayload {
    CommandPayload::Apply { version: VersionNumber(version), options: ApplyOptions::default() }
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
