//! Simulation and SQLite in lockstep: for any sequence of calls, both give the same answers.
//!
//! The suites test the cases that somebody thought of. This test covers the others.

use std::fmt::{Debug, Display};

use core_monitor_compose::model::Project;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::actor::SystemPart;
use core_monitor_domain::command::{
    CommandResult, FailureScope, LaneKind, OnFailure, PowerChange, SleepMode,
};
use core_monitor_domain::ids::{CommandId, Seq, StackId, VersionNumber, WorkerId};
use core_monitor_domain::ports::{Finish, IfMatch, Lease, NewCommand, StackChange, StackFilter};
use core_monitor_domain::stack::{Revision, SettingsChange};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::fixture::{Fixture, TTL, at, done, done_with, failed, failure, intent, key, release};

/// A call. Indexes choose from what exists at that time.
#[derive(Debug, Clone)]
enum Step {
    Create { name: u8, shares: u8, key: Option<u8> },
    AddVersion { stack: Index, shares: u8, seen: Seen, key: Option<u8> },
    Enqueue { stack: Index, version: u32, seen: Seen, key: Option<u8> },
    Cancel(Index),
    Retry(Index),
    Acquire(usize),
    Renew(usize),
    Release(usize),
    Scope(usize, FailureScope),
    Power { stack: Index, change: PowerChange },
    Configure { stack: Index, seen: Seen, to: OnFailure },
    Claim(usize, LaneKind),
    Record(usize, LaneKind),
    Finish(usize, LaneKind, End),
    Pass(i64),
}

/// A writer's precondition.
#[derive(Debug, Clone)]
enum Seen {
    Anything,
    ItsState,
    Revision(u32, i64),
}

#[derive(Debug, Clone)]
enum End {
    Done,
    Applied(u32),
    Deleted,
    Failed,
    RolledBack(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let seen = prop_oneof![
        2 => Just(Seen::Anything),
        2 => Just(Seen::ItsState),
        1 => (0..3_u32, 0..8_i64).prop_map(|(version, seq)| Seen::Revision(version, seq)),
    ];
    let configuring = seen.clone();
    let on_failure = prop_oneof![Just(OnFailure::Hold), Just(OnFailure::Rollback)];
    let key = prop_oneof![3 => Just(None), 1 => (0..3_u8).prop_map(Some)];
    let end = prop_oneof![
        2 => Just(End::Done),
        2 => (1..4_u32).prop_map(End::Applied),
        1 => Just(End::Deleted),
        3 => Just(End::Failed),
        1 => (1..3_u32).prop_map(End::RolledBack),
    ];
    let worker = 0..2_usize;
    let shares = 0..6_u8;
    let scope = prop_oneof![1 => Just(FailureScope::Everything), 3 => Just(FailureScope::Related)];
    let lanes = prop_oneof![2 => Just(LaneKind::Writes), 1 => Just(LaneKind::Power)];
    let change = prop_oneof![
        Just(PowerChange::wake()),
        Just(PowerChange::sleep(SleepMode::Stop)),
        Just(PowerChange::sleep(SleepMode::Pause)),
    ];
    prop_oneof![
        2 => (0..3_u8, shares.clone(), key.clone())
            .prop_map(|(name, shares, key)| Step::Create { name, shares, key }),
        1 => (index(), shares, seen.clone(), key.clone())
            .prop_map(|(stack, shares, seen, key)| Step::AddVersion { stack, shares, seen, key }),
        2 => (worker.clone(), scope).prop_map(|(worker, scope)| Step::Scope(worker, scope)),
        6 => (index(), 1..3_u32, seen, key)
            .prop_map(|(stack, version, seen, key)| Step::Enqueue { stack, version, seen, key }),
        2 => index().prop_map(Step::Cancel),
        2 => index().prop_map(Step::Retry),
        3 => worker.clone().prop_map(Step::Acquire),
        1 => worker.clone().prop_map(Step::Renew),
        1 => worker.clone().prop_map(Step::Release),
        3 => (index(), change).prop_map(|(stack, change)| Step::Power { stack, change }),
        2 => (index(), configuring, on_failure)
            .prop_map(|(stack, seen, to)| Step::Configure { stack, seen, to }),
        6 => (worker.clone(), lanes.clone()).prop_map(|(worker, lanes)| Step::Claim(worker, lanes)),
        1 => (worker.clone(), lanes.clone()).prop_map(|(worker, lanes)| Step::Record(worker, lanes)),
        6 => (worker, lanes, end).prop_map(|(worker, lanes, end)| Step::Finish(worker, lanes, end)),
        2 => prop_oneof![Just(1), Just(5), Just(11)].prop_map(Step::Pass),
    ]
}

/// One of the two stores, and what its users remember.
struct World {
    f: Fixture,
    now: i64,
    stacks: Vec<StackId>,
    commands: Vec<CommandId>,
    workers: [WorkerId; 2],
    leases: [Option<Lease>; 2],
    /// By worker and kind of lane.
    running: [[Option<(Seq, CommandId, StackId)>; 2]; 2],
}

impl World {
    fn new(f: Fixture) -> Self {
        let workers = [WorkerId(f.id()), WorkerId(f.id())];
        Self {
            f,
            now: 0,
            stacks: Vec::new(),
            commands: Vec::new(),
            workers,
            leases: [None, None],
            running: [[None; 2]; 2],
        }
    }

    /// Makes the call; returns the answer as text.
    async fn take(&mut self, step: &Step) -> String {
        let now = at(self.now);
        match step {
            Step::Create { name, shares, key: used } => {
                let mut new = self.f.new_stack(&format!("stack-{name}"));
                new.version.model = sharing(*shares);
                new.version.idempotency = used.map(|used| key(&used.to_string(), &format!("create {name}")));
                new.version.now = now;
                self.stacks.push(new.id);
                show(self.f.stacks.create(new).await)
            }
            Step::AddVersion { stack, shares, seen, key: used } => {
                let Some(stack) = self.stack(*stack) else { return String::new() };
                let if_match = self.if_match(seen, stack).await;
                let mut new = self.f.new_version();
                new.model = sharing(*shares);
                new.idempotency = used.map(|used| key(&used.to_string(), "add"));
                new.now = now;
                show(self.f.stacks.add_version(stack, if_match, new).await)
            }
            Step::Enqueue { stack, version, seen, key: used } => {
                let Some(stack) = self.stack(*stack) else { return String::new() };
                let mut new = self.f.new_apply(stack);
                if let core_monitor_domain::command::CommandPayload::Apply { version: wanted, .. } =
                    &mut new.payload
                {
                    *wanted = VersionNumber(*version);
                }
                new.leaves_on_failure = *version == 1;
                new.if_match = self.if_match(seen, stack).await;
                new.idempotency = used.map(|used| key(&used.to_string(), &format!("apply {version}")));
                new.now = now;
                self.commands.push(new.id);
                show(self.f.queue.enqueue(new).await)
            }
            Step::Power { stack, change } => {
                let Some(stack) = self.stack(*stack) else { return String::new() };
                let id = CommandId(self.f.id());
                self.commands.push(id);
                let new = NewCommand::power(id, stack, change.clone(), SystemPart::Gateway, None, now);
                show(self.f.queue.enqueue(new).await)
            }
            Step::Configure { stack, seen, to } => {
                let Some(stack) = self.stack(*stack) else { return String::new() };
                let if_match = self.if_match(seen, stack).await;
                let change = SettingsChange { on_failure: Some(*to) };
                let by = Actor::from_stored("bob");
                show(self.f.stacks.configure(stack, change, if_match, &by, now).await)
            }
            Step::Cancel(command) => match self.command(*command) {
                Some(command) => show(self.f.queue.cancel(command, &Actor::from_stored("bob"), now).await),
                None => String::new(),
            },
            Step::Retry(command) => match self.command(*command) {
                Some(command) => show(self.f.queue.retry(command, &Actor::from_stored("bob"), now).await),
                None => String::new(),
            },
            Step::Pass(seconds) => {
                self.now += seconds;
                String::new()
            }
            Step::Acquire(worker) => {
                let answer = self.f.worker.acquire(self.workers[*worker], now, TTL).await;
                if let Ok(Some(lease)) = &answer {
                    self.leases[*worker] = Some(lease.clone());
                }
                show(answer)
            }
            Step::Renew(worker)
            | Step::Release(worker)
            | Step::Scope(worker, _)
            | Step::Claim(worker, _)
            | Step::Record(worker, _)
            | Step::Finish(worker, ..) => match self.leases[*worker].clone() {
                Some(lease) => self.work(step, *worker, &lease).await,
                None => String::new(),
            },
        }
    }

    async fn work(&mut self, step: &Step, worker: usize, lease: &Lease) -> String {
        let now = at(self.now);
        match step {
            Step::Renew(_) => {
                let running: Vec<Seq> = self.running[worker].iter().flatten().map(|(seq, ..)| *seq).collect();
                show(self.f.worker.renew(lease, &running, now, TTL).await)
            }
            Step::Scope(_, scope) => show(self.f.worker.set_failure_scope(lease, *scope, now).await),
            Step::Release(_) => show(self.f.worker.release(lease, now).await),
            Step::Claim(_, lanes) => {
                let answer = self.f.worker.claim(lease, *lanes, now).await;
                if let Ok(Some(claim)) = &answer {
                    let command = &claim.command;
                    self.running[worker][*lanes as usize] = Some((command.seq, command.id, command.stack_id));
                }
                show(answer)
            }
            Step::Record(_, lanes) => {
                let Some((seq, ..)) = self.running[worker][*lanes as usize] else { return String::new() };
                show(self.f.worker.record(lease, seq, vec![intent(1, "web")], now).await)
            }
            Step::Finish(_, lanes, end) => {
                let Some((seq, command, stack)) = self.running[worker][*lanes as usize] else {
                    return String::new();
                };
                let finish = end.finish(command, stack, self.now);
                let answer = self.f.worker.finish(lease, seq, finish, now).await;
                let journal = self.f.worker.journal(seq).await;
                show(answer) + &show(journal)
            }
            _ => String::new(),
        }
    }

    async fn if_match(&self, seen: &Seen, stack: StackId) -> IfMatch {
        match seen {
            Seen::Anything => IfMatch::Any,
            Seen::ItsState => {
                let stack = self.f.stacks.find_with_deleted(stack).await.unwrap();
                stack.map_or(IfMatch::Any, |stack| IfMatch::Exactly(stack.revision()))
            }
            Seen::Revision(version, seq) => IfMatch::Exactly(Revision {
                current_version: (*version > 0).then_some(VersionNumber(*version)),
                last_seq: Seq(*seq),
                settings: 0,
            }),
        }
    }

    fn stack(&self, index: Index) -> Option<StackId> {
        (!self.stacks.is_empty()).then(|| *index.get(&self.stacks))
    }

    fn command(&self, index: Index) -> Option<CommandId> {
        (!self.commands.is_empty()).then(|| *index.get(&self.commands))
    }

    /// All readable data.
    async fn everything(&self) -> String {
        let f = &self.f;
        let stacks = StackFilter { limit: 100, ..StackFilter::default() };
        let mut text = show(f.stacks.list(&stacks).await);
        for stack in &self.stacks {
            text += &show(f.stacks.find_with_deleted(*stack).await);
            text += &show(f.stacks.list_versions(*stack, None, 100).await);
            text += &show(f.stacks.list_files(*stack, VersionNumber(1)).await);
            text += &show(f.stacks.last_release(*stack, None).await);
        }
        let lane = f.queue.write_lane().await.unwrap();
        for command in &self.commands {
            let found = f.queue.find(*command).await;
            if let Ok(Some(command)) = &found {
                text += &show(Ok::<_, std::convert::Infallible>(
                    lane.waits_behind(command).map(|holder| holder.seq),
                ));
            }
            text += &show(found);
        }
        text += &show(f.queue.overview().await);
        text + &f.queue().await + &f.record().await
    }
}

impl End {
    fn finish(&self, command: CommandId, stack: StackId, now: i64) -> Finish {
        let applied = |version: u32| StackChange {
            current_version: Some(VersionNumber(version)),
            release: Some(release(stack, version, command, now)),
            ..StackChange::default()
        };
        match self {
            Self::Done => done(),
            Self::Applied(version) => done_with(applied(*version)),
            Self::Deleted => done_with(StackChange { deleted: true, ..StackChange::default() }),
            Self::Failed => failed(),
            Self::RolledBack(version) => Finish::Cancelled {
                failure: Some(failure()),
                result: CommandResult::default(),
                change: Box::new(applied(*version)),
            },
        }
    }
}

/// A model that shares objects with others: 0 has none at all, so it may share any; 1 to 3 have one network each; 4 has the
/// first two of these; 5 has the last two.
fn sharing(shares: u8) -> Project {
    let networks: &[u8] = match shares {
        0 => &[],
        4 => &[1, 2],
        5 => &[2, 3],
        one => &[one],
    };
    let networks: Vec<_> =
        networks.iter().map(|net| format!(r#""n{net}": {{"name": "net-{net}"}}"#)).collect();
    let model = format!(r#"{{"name": "demo", "services": {{}}, "networks": {{{}}}}}"#, networks.join(", "));
    serde_json::from_str(&model).unwrap()
}

/// An answer as text; the stores' own messages may differ.
fn show<T: Debug, E: Display>(answer: Result<T, E>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}\n"),
        Err(error) => {
            let error = error.to_string();
            let of_store = error.starts_with("the database contains unexpected data");
            if of_store { "refused\n".to_owned() } else { format!("{error}\n") }
        }
    }
}

/// Runs the same steps in two worlds.
async fn check(steps: Vec<Step>) {
    let mut simulated = World::new(Fixture::simulation());
    let mut stored = World::new(Fixture::sqlite().await);
    for (number, step) in steps.iter().enumerate() {
        let (one, other) = (simulated.take(step).await, stored.take(step).await);
        assert_eq!(one, other, "step {number}: {step:?}");
    }
    assert_eq!(simulated.everything().await, stored.everything().await);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn both_stores_give_the_same_answers(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(steps));
    }
}
