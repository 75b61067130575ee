//! A whole installation in one process: database, engine, clock, and workers that can be killed.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_application::worker::{Worker, WorkerPorts, WorkerSettings};
use core_monitor_compose::{LoadOptions, ProjectFiles, load};
use core_monitor_domain::command::{ApplyOptions, Command, CommandPayload};
use core_monitor_domain::ids::{CommandId, InstanceId, StackId, VersionNumber};
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::{
    Clock as _, Enqueued, IdSource as _, IfMatch, NewCommand, NewStack, NewVersion,
};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::Source;
use core_monitor_simulation::engine::SimContainerEngine;
use core_monitor_simulation::ids::SeededIdSource;
use core_monitor_simulation::runtime_clock::RuntimeClock;
use core_monitor_simulation::stack_folder::SimStackFolder;
use core_monitor_simulation::store::SimDatabase;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Longer than anything here may take, in simulated time.
const PATIENCE: Duration = Duration::from_hours(1);

/// Names of the foreign objects that every story begins with.
pub(crate) const STRANGER: &str = "stranger";

pub(crate) struct Installation {
    pub(crate) database: SimDatabase,
    pub(crate) engine: Arc<SimContainerEngine>,
    pub(crate) folders: Arc<SimStackFolder>,
    pub(crate) clock: Arc<RuntimeClock>,
    pub(crate) settings: WorkerSettings,
    ids: Arc<SeededIdSource>,
    instance: InstanceId,
}

impl Installation {
    pub(crate) fn new(api: ApiVersion) -> Self {
        Self {
            database: SimDatabase::new(),
            engine: Arc::new(SimContainerEngine::new(api, 7)),
            folders: Arc::new(SimStackFolder::new()),
            clock: Arc::new(RuntimeClock::new()),
            settings: WorkerSettings::default(),
            ids: Arc::new(SeededIdSource::new(1)),
            instance: InstanceId(Uuid::from_u128(1)),
        }
    }

    /// Saves a stack with its first version.
    pub(crate) async fn create(&self, yaml: &str) -> StackId {
        self.create_folder(yaml, &[]).await
    }

    /// Saves a stack with its first version and further files.
    pub(crate) async fn create_folder(&self, yaml: &str, files: &[(&str, &str)]) -> StackId {
        let id = StackId(self.ids.next_uuid());
        let version = self.version(id, yaml, files);
        let name = "shop".parse().unwrap();
        self.database.stack_store().create(NewStack { id, name, version }).await.unwrap();
        id
    }

    /// Saves another version.
    pub(crate) async fn update(&self, stack: StackId, yaml: &str) -> VersionNumber {
        self.update_folder(stack, yaml, &[]).await
    }

    /// Saves another version with further files.
    pub(crate) async fn update_folder(
        &self,
        stack: StackId,
        yaml: &str,
        files: &[(&str, &str)],
    ) -> VersionNumber {
        let version = self.version(stack, yaml, files);
        let saved = self.database.stack_store().add_version(stack, IfMatch::Any, version).await.unwrap();
        saved.version.version
    }

    fn version(&self, stack: StackId, yaml: &str, files: &[(&str, &str)]) -> NewVersion {
        let options = LoadOptions {
            project_name: Some("shop".to_owned()),
            project_directory: format!("/stacks/{stack}"),
            ..LoadOptions::default()
        };
        let mut source = Source::single("compose.yml", yaml);
        source.files.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())));
        let loaded = load(&ProjectFiles::single("compose.yml", yaml), &options).unwrap();
        NewVersion {
            command_id: CommandId(self.ids.next_uuid()),
            author: "alice".to_owned(),
            comment: String::new(),
            source,
            model: loaded.project,
            warnings: Vec::new(),
            idempotency: None,
            now: self.clock.now(),
        }
    }

    pub(crate) async fn enqueue(&self, stack_id: StackId, payload: CommandPayload) -> CommandId {
        let command = NewCommand {
            id: CommandId(self.ids.next_uuid()),
            stack_id,
            payload,
            principal: "alice".to_owned(),
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
        self.database.command_queue().cancel(id, "alice", self.clock.now()).await.unwrap();
    }

    pub(crate) async fn retry(&self, id: CommandId) {
        self.database.command_queue().retry(id, "alice", self.clock.now()).await.unwrap();
    }

    /// A worker process that nobody has started yet.
    pub(crate) fn worker(&self) -> Worker {
        let ports = WorkerPorts {
            engine: self.engine.clone(),
            stacks: self.database.stack_store(),
            folders: self.folders.clone(),
            adoptions: self.database.adoption_store(),
            queue: self.database.worker_queue(),
            wakeup: self.database.wakeup(),
            lock: self.database.worker_lock(),
            plans: self.database.plan_store(),
            observations: self.database.observation_store(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        };
        Worker::new(ports, self.settings.clone(), self.instance)
    }

    /// Lets workers work until the command is settled. One that dies is followed by another.
    pub(crate) async fn settle(&self, id: CommandId) -> Command {
        let limit = self.clock.elapsed() + PATIENCE;
        loop {
            let (worker, shutdown) = (self.worker(), CancellationToken::new());
            let crashes = self.engine.crashes();
            tokio::select! {
                biased;
                () = self.engine.crashed_since(crashes) => {}
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

    /// Enqueues a command and lets workers work until it is settled.
    pub(crate) async fn carry_out(&self, stack: StackId, payload: CommandPayload) -> Command {
        let id = self.enqueue(stack, payload).await;
        self.settle(id).await
    }
}

pub(crate) fn apply(version: u32) -> CommandPayload {
    CommandPayload::Apply { version: VersionNumber(version), options: ApplyOptions::default() }
}
