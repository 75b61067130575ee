//! An empty store of either kind, and short helpers for the suites.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use core_monitor_compose::{Code, Diagnostic, Severity, Span};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::actor::SystemPart;
use core_monitor_domain::command::{
    ApplyOptions, Command, CommandPayload, CommandResult, Failure, FailureCode, LaneKind, OnFailure,
    PowerChange,
};
use core_monitor_domain::ids::{
    CommandId, ContainerId, Epoch, ImageId, Seq, Slot, StackId, VersionNumber, WorkerId,
};
use core_monitor_domain::journal::{
    Answer, CommandEvent, EffectNumber, Entry, Intent, JournalLine, Made, Outcome,
};
use core_monitor_domain::plan::Operation;
use core_monitor_domain::ports::{
    AdoptionStore, AlertStore, AuditLog, ChangeMarks, CommandFilter, CommandQueue, CreationStore,
    EnqueueError, Enqueued, EventFilter, Finish, Idempotency, IfMatch, InstanceStore, KeyListStore, Lease,
    NewCommand, NewStack, NewVersion, ObservationStore, OnDemandStore, PlanStore, PolicyStore, QueueWakeup,
    RecordStore, RegistryStore, RolloutStore, Saved, SealedRecords, SecretStore, SessionStore, StackChange,
    StackStore, StatisticsStore, TemplateStore, TokenStore, UserStore, VersionRecords, WorkerLock,
    WorkerQueue,
};
use core_monitor_domain::release::{ImagePin, Release, ReleasedContainer};
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;
use core_monitor_host::SystemClock;
use core_monitor_message::Message;
use core_monitor_simulation::store::SimDatabase;
use core_monitor_store_seaorm::{Database, connect, default_url};
use tempfile::TempDir;
use uuid::Uuid;

/// The duration of leases in the suites.
pub(crate) const TTL: Duration = Duration::from_secs(10);

/// The ports of one store.
pub(crate) struct Fixture {
    pub(crate) stacks: Arc<dyn StackStore>,
    pub(crate) version_records: Arc<dyn VersionRecords>,
    pub(crate) templates: Arc<dyn TemplateStore>,
    pub(crate) instances: Arc<dyn InstanceStore>,
    pub(crate) key_lists: Arc<dyn KeyListStore>,
    pub(crate) rollouts: Arc<dyn RolloutStore>,
    pub(crate) adoptions: Arc<dyn AdoptionStore>,
    pub(crate) alerts: Arc<dyn AlertStore>,
    pub(crate) creations: Arc<dyn CreationStore>,
    pub(crate) queue: Arc<dyn CommandQueue>,
    pub(crate) worker: Arc<dyn WorkerQueue>,
    pub(crate) observations: Arc<dyn ObservationStore>,
    pub(crate) on_demand: Arc<dyn OnDemandStore>,
    pub(crate) plans: Arc<dyn PlanStore>,
    pub(crate) statistics: Arc<dyn StatisticsStore>,
    pub(crate) registries: Arc<dyn RegistryStore>,
    pub(crate) sealed: Arc<dyn SealedRecords>,
    pub(crate) audit: Arc<dyn AuditLog>,
    pub(crate) marks: Arc<dyn ChangeMarks>,
    pub(crate) tokens: Arc<dyn TokenStore>,
    pub(crate) users: Arc<dyn UserStore>,
    pub(crate) secrets: Arc<dyn SecretStore>,
    pub(crate) policies: Arc<dyn PolicyStore>,
    pub(crate) sessions: Arc<dyn SessionStore>,
    pub(crate) records: Arc<dyn RecordStore>,
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
            version_records: db.version_records(),
            templates: db.template_store(),
            instances: db.instance_store(),
            key_lists: db.key_list_store(),
            rollouts: db.rollout_store(),
            adoptions: db.adoption_store(),
            alerts: db.alert_store(),
            creations: db.creation_store(),
            queue: db.command_queue(),
            worker: db.worker_queue(),
            observations: db.observation_store(),
            on_demand: db.on_demand_store(),
            plans: db.plan_store(),
            statistics: db.statistics_store(),
            registries: db.registry_store(),
            sealed: db.sealed_records(),
            audit: db.audit_log(),
            marks: db.change_marks(),
            tokens: db.token_store(),
            users: db.user_store(),
            secrets: db.secret_store(),
            policies: db.policy_store(),
            sessions: db.session_store(),
            records: db.record_store(),
            lock: db.worker_lock(),
            wakeup: Box::new(move || db.wakeup()),
            ids: AtomicU32::new(0),
            folder: None,
        }
    }

    /// A SQLite file in its own folder.
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = connect(&default_url(folder.path()), folder.path(), Arc::new(SystemClock)).await.unwrap();
        Self { folder: Some(folder), ..Self::over(&db) }
    }

    /// The ports of an open database.
    pub(crate) fn over(db: &Database) -> Self {
        let shared = db.clone();
        Self {
            stacks: db.stack_store(),
            version_records: db.version_records(),
            templates: db.template_store(),
            instances: db.instance_store(),
            key_lists: db.key_list_store(),
            rollouts: db.rollout_store(),
            adoptions: db.adoption_store(),
            alerts: db.alert_store(),
            creations: db.creation_store(),
            queue: db.command_queue(),
            worker: db.worker_queue(),
            observations: db.observation_store(),
            on_demand: db.on_demand_store(),
            plans: db.plan_store(),
            statistics: db.statistics_store(),
            registries: db.registry_store(),
            sealed: db.sealed_records(),
            audit: db.audit_log(),
            marks: db.change_marks(),
            tokens: db.token_store(),
            users: db.user_store(),
            secrets: db.secret_store(),
            policies: db.policy_store(),
            sessions: db.session_store(),
            records: db.record_store(),
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

    /// The next id.
    pub(crate) fn id(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.ids.fetch_add(1, Ordering::Relaxed)) + 1)
    }

    /// A stack called `name` with version 1, saved by `ann` at second 0.
    pub(crate) async fn stack(&self, name: &str) -> Saved {
        self.stacks.create(self.new_stack(name)).await.unwrap()
    }

    /// What [`stack`](Self::stack) saves.
    pub(crate) fn new_stack(&self, name: &str) -> NewStack {
        NewStack {
            id: StackId(self.id()),
            name: name.parse().unwrap(),
            on_failure: OnFailure::Hold,
            version: self.new_version(),
        }
    }

    /// A version by `ann` at second 0.
    pub(crate) fn new_version(&self) -> NewVersion {
        NewVersion {
            command_id: CommandId(self.id()),
            author: Actor::from_stored("ann"),
            comment: "as asked".to_owned(),
            source: Source::single("compose.yml", "services: {a: {image: x}}"),
            secrets: Vec::new(),
            based_on: None,
            artifacts: BTreeMap::new(),
            model: serde_json::from_str(r#"{"name": "demo", "services": {}}"#).unwrap(),
            warnings: vec![warning()],
            idempotency: None,
            now: at(0),
        }
    }

    /// An idempotency key.
    #[expect(clippy::unused_self, reason = "reads like the others where it is used")]
    pub(crate) fn idempotency(&self, key: &str) -> Idempotency {
        Idempotency { key: key.to_owned(), fingerprint: "sha256:0".to_owned() }
    }

    /// An APPLY of version 1 by `ann` at second 1, without precondition.
    pub(crate) fn new_apply(&self, stack: StackId) -> NewCommand {
        NewCommand {
            id: CommandId(self.id()),
            stack_id: stack,
            payload: CommandPayload::Apply { version: VersionNumber(1), options: ApplyOptions::default() },
            leaves_on_failure: false,
            principal: Actor::from_stored("ann"),
            idempotency: None,
            if_match: IfMatch::Any,
            now: at(1),
        }
    }

    /// Enqueues an APPLY.
    pub(crate) async fn apply(&self, stack: StackId) -> Command {
        accepted(self.queue.enqueue(self.new_apply(stack)).await)
    }

    /// The lease of a new worker at `second`.
    pub(crate) async fn lease(&self, second: i64) -> Lease {
        self.worker.acquire(WorkerId(self.id()), at(second), TTL).await.unwrap().unwrap()
    }

    /// Enqueues a power change of the gateway.
    pub(crate) async fn power(&self, stack: StackId, change: PowerChange) -> Command {
        let id = CommandId(self.id());
        accepted(
            self.queue.enqueue(NewCommand::power(id, stack, change, SystemPart::Gateway, None, at(1))).await,
        )
    }

    /// Claims from the power lanes and returns the sequence number.
    pub(crate) async fn claim_power(&self, lease: &Lease, second: i64) -> Option<Seq> {
        let claim = self.worker.claim(lease, LaneKind::Power, at(second)).await.unwrap();
        claim.map(|claim| claim.command.seq)
    }

    /// Claims the head of the write lane and returns its sequence number.
    pub(crate) async fn claim(&self, lease: &Lease, second: i64) -> Seq {
        self.worker
            .claim(lease, LaneKind::Writes, at(second))
            .await
            .unwrap()
            .expect("a claimable head")
            .command
            .seq
    }

    /// Claims the head of the write lane and ends it with `finish`.
    pub(crate) async fn run(&self, lease: &Lease, second: i64, finish: Finish) -> Seq {
        let seq = self.claim(lease, second).await;
        self.worker.finish(lease, seq, finish, at(second)).await.unwrap();
        seq
    }

    /// The whole queue, oldest first, one line each: sequence number, kind, status.
    pub(crate) async fn queue(&self) -> String {
        let filter = CommandFilter { limit: 10_000, ..CommandFilter::default() };
        let page = self.queue.list(&filter).await.unwrap();
        let line =
            |command: &Command| format!("{} {} {}\n", command.seq, command.payload.kind(), command.status);
        page.items.iter().rev().map(line).collect()
    }

    /// The whole journal, oldest first, one line each: sequence number, kind, actor, and the worker's epoch and
    /// attempt.
    pub(crate) async fn record(&self) -> String {
        let filter = EventFilter { limit: 100_000, ..EventFilter::default() };
        let events = self.queue.events(&filter).await.unwrap();
        let line = |event: &CommandEvent| {
            let (line, seq) = (&event.line, event.seq);
            let worker = line.epoch.map(|epoch| format!(" e{epoch} a{}", line.attempt)).unwrap_or_default();
            format!("{seq} {} {}{worker}\n", line.kind().as_str(), line.actor.label())
        };
        events.iter().map(line).collect()
    }
}

/// A worker's line about the effect `number`, before it is requested.
pub(crate) fn intent(number: u64, target: &str) -> JournalLine {
    by_worker(Entry::Intent(Intent {
        effect: EffectNumber(number),
        operation: Operation::CreateContainer,
        target: target.into(),
        container: None,
        hook: None,
        action: Message::foreign(format!("create {target}")),
        cause: Message::foreign("missing"),
        step: None,
        step_id: None,
        putting: None,
    }))
}

/// A worker's line about the success of the effect `number`.
pub(crate) fn outcome(number: u64, target: &str) -> JournalLine {
    by_worker(Entry::Outcome(Outcome {
        effect: EffectNumber(number),
        operation: Operation::CreateContainer,
        target: target.into(),
        took_ms: Some(5),
        answer: Answer::succeeded(Made::Container("c1".into()), &[]),
    }))
}

fn by_worker(entry: Entry) -> JournalLine {
    JournalLine { epoch: Some(Epoch(1)), attempt: 1, ..JournalLine::by(Actor::worker(), entry) }
}

/// Second `second` of the suites' time.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

/// The actor of everything, unless a test says otherwise.
pub(crate) fn ann() -> Actor {
    Actor::from_stored("ann")
}

/// The command of a successful new enqueue.
pub(crate) fn accepted(answer: Result<Enqueued, EnqueueError>) -> Command {
    match answer.unwrap() {
        Enqueued::New(command) => command,
        Enqueued::Replayed(command) => panic!("{} was a replay", command.seq),
    }
}

/// An idempotency key.
pub(crate) fn key(key: &str, fingerprint: &str) -> Idempotency {
    Idempotency { key: key.to_owned(), fingerprint: fingerprint.to_owned() }
}

/// T3 without changes of the stack.
pub(crate) fn done() -> Finish {
    Finish::Done {
        result: CommandResult {
            effects: 2,
            notes: vec![Message::foreign("fine")],
            ..CommandResult::default()
        },
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
    let failure = Failure::new(FailureCode::ServiceExited, Message::foreign("`etl` ended with code 3"))
        .with_hint(Message::foreign("check its log"))
        .about("etl");
    failure.with_lines(vec!["token=hunter2".to_owned()])
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

/// A warning with all fields.
pub(crate) fn warning() -> Diagnostic {
    Diagnostic {
        code: Code::Obsolete,
        severity: Severity::Warning,
        message: Message::foreign("odd"),
        expected: Some(Message::foreign("even")),
        hint: Some(Message::foreign("add one")),
        span: Some(Span { file: "compose.yml".to_owned(), line: 1, column: 2, length: 3 }),
    }
}
