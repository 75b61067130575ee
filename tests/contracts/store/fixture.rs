//! An empty store of either kind, and short words for what the suites do with it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use core_monitor_compose::{Code, Diagnostic, Severity, Span};
use core_monitor_domain::command::{
    ApplyOptions, Command, CommandPayload, CommandResult, Failure, FailureCode,
};
use core_monitor_domain::command_event::CommandEvent;
use core_monitor_domain::ids::{
    CommandId, ContainerId, ImageId, Seq, Slot, StackId, VersionNumber, WorkerId,
};
use core_monitor_domain::ports::{
    AdoptionStore, CommandFilter, CommandQueue, EnqueueError, Enqueued, EventFilter, Finish, Idempotency,
    IfMatch, Lease, NewCommand, NewStack, NewVersion, ObservationStore, PlanStore, QueueWakeup,
    RegistryStore, Saved, StackChange, StackStore, TokenStore, WorkerLock, WorkerQueue,
};
use core_monitor_domain::release::{ImagePin, Release, ReleasedContainer};
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_store_seaorm::{Database, connect, default_url};
use tempfile::TempDir;
use uuid::Uuid;

/// The time a lease of the suites lasts.
pub(crate) const TTL: Duration = Duration::from_secs(10);

/// The ports over one store.
pub(crate) struct Fixture {
    pub(crate) stacks: Arc<dyn StackStore>,
    pub(crate) adoptions: Arc<dyn AdoptionStore>,
    pub(crate) queue: Arc<dyn CommandQueue>,
    pub(crate) worker: Arc<dyn WorkerQueue>,
    pub(crate) observations: Arc<dyn ObservationStore>,
    pub(crate) plans: Arc<dyn PlanStore>,
    pub(crate) registries: Arc<dyn RegistryStore>,
    pub(crate) tokens: Arc<dyn TokenStore>,
    pub(crate) lock: Arc<dyn WorkerLock>,
    wakeup: Box<dyn Fn() -> Arc<dyn QueueWakeup> + Send + Sync>,
    ids: AtomicU32,
    /// The folder of a SQLite store; removed with the fixture.
    pub(crate) folder: Option<TempDir>,
}

impl Fixture {
    /// The store in memory.
    pub(crate) fn simulation() -> Self {
        let db = SimDatabase::new();
        Self {
            stacks: db.stack_store(),
            adoptions: db.adoption_store(),
            queue: db.command_queue(),
            worker: db.worker_queue(),
            observations: db.observation_store(),
            plans: db.plan_store(),
            registries: db.registry_store(),
            tokens: db.token_store(),
            lock: db.worker_lock(),
            wakeup: Box::new(move || db.wakeup()),
            ids: AtomicU32::new(0),
            folder: None,
        }
    }

    /// A SQLite file in a folder of its own.
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = connect(&default_url(folder.path()), folder.path()).await.unwrap();
        Self { folder: Some(folder), ..Self::over(&db) }
    }

    /// The ports of an open database.
    pub(crate) fn over(db: &Database) -> Self {
        let shared = db.clone();
        Self {
            stacks: db.stack_store(),
            adoptions: db.adoption_store(),
            queue: db.command_queue(),
            worker: db.worker_queue(),
            observations: db.observation_store(),
            plans: db.plan_store(),
            registries: db.registry_store(),
            tokens: db.token_store(),
            lock: db.worker_lock(),
            wakeup: Box::new(move || shared.wakeup()),
            ids: AtomicU32::new(0),
            folder: None,
        }
    }

    /// A new wake-up.
    pub(crate) fn wakeup(&self) -> Arc<dyn QueueWakeup> {
        (self.wakeup)()
    }

    /// The next identity.
    pub(crate) fn id(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.ids.fetch_add(1, Ordering::Relaxed)) + 1)
    }

    /// A stack called `name`, with version 1, saved by `ann` at second 0.
    pub(crate) async fn stack(&self, name: &str) -> Saved {
        self.stacks.create(self.new_stack(name)).await.unwrap()
    }

    /// What [`stack`](Self::stack) saves.
    pub(crate) fn new_stack(&self, name: &str) -> NewStack {
        NewStack { id: StackId(self.id()), name: name.parse().unwrap(), version: self.new_version() }
    }

    /// A version by `ann` at second 0.
    pub(crate) fn new_version(&self) -> NewVersion {
        NewVersion {
            command_id: CommandId(self.id()),
            author: "ann".to_owned(),
            comment: "as asked".to_owned(),
            source: Source::single("compose.yml", "services: {a: {image: x}}"),
            model: serde_json::from_str(r#"{"name": "demo", "services": {}}"#).unwrap(),
            warnings: vec![warning()],
            idempotency: None,
            now: at(0),
        }
    }

    /// Repeat protection under `key`.
    #[expect(clippy::unused_self, reason = "reads like the others where it is used")]
    pub(crate) fn idempotency(&self, key: &str) -> Idempotency {
        Idempotency { key: key.to_owned(), fingerprint: "sha256:0".to_owned() }
    }

    /// An APPLY of version 1 by `ann` at second 1, whatever the state is.
    pub(crate) fn new_apply(&self, stack: StackId) -> NewCommand {
        NewCommand {
            id: CommandId(self.id()),
            stack_id: stack,
            payload: CommandPayload::Apply { version: VersionNumber(1), options: ApplyOptions::default() },
            principal: "ann".to_owned(),
            idempotency: None,
            if_match: IfMatch::Any,
            now: at(1),
        }
    }

    /// Puts an APPLY into the queue.
    pub(crate) async fn apply(&self, stack: StackId) -> Command {
        accepted(self.queue.enqueue(self.new_apply(stack)).await)
    }

    /// The lease of a new worker at `second`.
    pub(crate) async fn lease(&self, second: i64) -> Lease {
        self.worker.acquire(WorkerId(self.id()), at(second), TTL).await.unwrap().unwrap()
    }

    /// Claims the head and returns its seq.
    pub(crate) async fn claim(&self, lease: &Lease, second: i64) -> Seq {
        self.worker.claim(lease, at(second)).await.unwrap().expect("a claimable head").command.seq
    }

    /// Claims the head and ends it as `finish`.
    pub(crate) async fn run(&self, lease: &Lease, second: i64, finish: Finish) -> Seq {
        let seq = self.claim(lease, second).await;
        self.worker.finish(lease, seq, finish, at(second)).await.unwrap();
        seq
    }

    /// The whole queue, oldest first, one line each: seq, kind, status.
    pub(crate) async fn queue(&self) -> String {
        let filter = CommandFilter { limit: 10_000, ..CommandFilter::default() };
        let page = self.queue.list(&filter).await.unwrap();
        let line =
            |command: &Command| format!("{} {} {}\n", command.seq, command.payload.kind(), command.status);
        page.items.iter().rev().map(line).collect()
    }

    /// The whole record, oldest first, one line each: seq, kind, actor, and epoch and attempt of a worker.
    pub(crate) async fn record(&self) -> String {
        let filter = EventFilter { limit: 100_000, ..EventFilter::default() };
        let events = self.queue.events(&filter).await.unwrap();
        let line = |event: &CommandEvent| {
            let (entry, seq) = (&event.entry, event.seq);
            let worker = entry.epoch.map(|epoch| format!(" e{epoch} a{}", entry.attempt)).unwrap_or_default();
            format!("{seq} {} {}{worker}\n", entry.kind.as_str(), entry.actor)
        };
        events.iter().map(line).collect()
    }
}

/// Second `second` of the suites' time.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

/// The command of an enqueue that made a new one.
pub(crate) fn accepted(answer: Result<Enqueued, EnqueueError>) -> Command {
    match answer.unwrap() {
        Enqueued::New(command) => command,
        Enqueued::Replayed(command) => panic!("{} was a replay", command.seq),
    }
}

/// Repeat protection.
pub(crate) fn key(key: &str, fingerprint: &str) -> Idempotency {
    Idempotency { key: key.to_owned(), fingerprint: fingerprint.to_owned() }
}

/// T3 that changes nothing of the stack.
pub(crate) fn done() -> Finish {
    Finish::Done {
        result: CommandResult { effects: 2, notes: vec!["fine".to_owned()] },
        change: Box::default(),
    }
}

/// T3 of an APPLY of `version`.
pub(crate) fn done_with(change: StackChange) -> Finish {
    Finish::Done { result: CommandResult::default(), change: Box::new(change) }
}

/// T4.
pub(crate) fn failed() -> Finish {
    Finish::Failed { failure: failure() }
}

/// A failure with every field.
pub(crate) fn failure() -> Failure {
    let mut failure = Failure::new(FailureCode::ServiceExited, "`etl` ended with code 3")
        .with_hint("read its last lines")
        .about("etl");
    failure.logs = vec!["token=hunter2".to_owned()];
    failure
}

/// A release of `version` by `command`.
pub(crate) fn release(stack: StackId, version: u32, command: CommandId, second: i64) -> Release {
    let service = "web".parse().unwrap();
    let pin = ImagePin {
        reference: "test/busybox:1".to_owned(),
        id: ImageId("sha256:0a".to_owned()),
        digest: Some("test/busybox@sha256:0b".to_owned()),
    };
    Release {
        stack_id: stack,
        version: VersionNumber(version),
        command_id: command,
        at: at(second),
        images: BTreeMap::from([(service, pin)]),
        containers: vec![ReleasedContainer {
            service: "web".parse().unwrap(),
            slot: Slot(1),
            id: ContainerId("c0ffee".to_owned()),
            name: "demo-web-1".to_owned(),
        }],
    }
}

/// A warning with everything a warning can have.
fn warning() -> Diagnostic {
    Diagnostic {
        code: Code::Obsolete,
        severity: Severity::Warning,
        message: "odd".to_owned(),
        expected: Some("even".to_owned()),
        hint: Some("add one".to_owned()),
        span: Some(Span { file: "compose.yml".to_owned(), line: 1, column: 2, length: 3 }),
    }
}
