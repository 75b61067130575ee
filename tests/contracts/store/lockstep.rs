//! Simulation and SQLite in lockstep: whatever happens, in whatever order, both give the same answers.
//!
//! The suites say what the ports mean in the cases somebody thought of. This walks through the others.

use std::fmt::{Debug, Display};

use core_monitor_domain::command_event::{EventEntry, EventKind};
use core_monitor_domain::ids::{CommandId, Seq, StackId, VersionNumber, WorkerId};
use core_monitor_domain::ports::{Finish, IfMatch, Lease, StackChange, StackFilter};
use core_monitor_domain::stack::Revision;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::fixture::{Fixture, TTL, at, done, done_with, failed, failure, key, release};

/// Something that somebody does. Indexes choose among what there is by then.
#[derive(Debug, Clone)]
enum Step {
    Create { name: u8, key: Option<u8> },
    AddVersion { stack: Index, seen: Seen, key: Option<u8> },
    Enqueue { stack: Index, version: u32, seen: Seen, key: Option<u8> },
    Cancel(Index),
    Retry(Index),
    Acquire(usize),
    Renew(usize),
    Release(usize),
    Claim(usize),
    Record(usize),
    Finish(usize, End),
    Pass(i64),
}

/// What a writer believes of the stack.
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
    let key = prop_oneof![3 => Just(None), 1 => (0..3_u8).prop_map(Some)];
    let end = prop_oneof![
        2 => Just(End::Done),
        2 => (1..4_u32).prop_map(End::Applied),
        1 => Just(End::Deleted),
        3 => Just(End::Failed),
        1 => (1..3_u32).prop_map(End::RolledBack),
    ];
    let worker = 0..2_usize;
    prop_oneof![
        2 => (0..3_u8, key.clone()).prop_map(|(name, key)| Step::Create { name, key }),
        1 => (index(), seen.clone(), key.clone())
            .prop_map(|(stack, seen, key)| Step::AddVersion { stack, seen, key }),
        6 => (index(), 1..3_u32, seen, key)
            .prop_map(|(stack, version, seen, key)| Step::Enqueue { stack, version, seen, key }),
        2 => index().prop_map(Step::Cancel),
        2 => index().prop_map(Step::Retry),
        3 => worker.clone().prop_map(Step::Acquire),
        1 => worker.clone().prop_map(Step::Renew),
        1 => worker.clone().prop_map(Step::Release),
        5 => worker.clone().prop_map(Step::Claim),
        1 => worker.clone().prop_map(Step::Record),
        5 => (worker, end).prop_map(|(worker, end)| Step::Finish(worker, end)),
        2 => prop_oneof![Just(1), Just(5), Just(11)].prop_map(Step::Pass),
    ]
}

/// One of the two, and what its users remember.
struct World {
    f: Fixture,
    now: i64,
    stacks: Vec<StackId>,
    commands: Vec<CommandId>,
    workers: [WorkerId; 2],
    leases: [Option<Lease>; 2],
    running: [Option<(Seq, CommandId, StackId)>; 2],
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
            running: [None, None],
        }
    }

    /// Does it; the answer as text.
    async fn take(&mut self, step: &Step) -> String {
        let now = at(self.now);
        match step {
            Step::Create { name, key: used } => {
                let mut new = self.f.new_stack(&format!("stack-{name}"));
                new.version.idempotency = used.map(|used| key(&used.to_string(), &format!("create {name}")));
                new.version.now = now;
                self.stacks.push(new.id);
                show(self.f.stacks.create(new).await)
            }
            Step::AddVersion { stack, seen, key: used } => {
                let Some(stack) = self.stack(*stack) else { return String::new() };
                let if_match = self.if_match(seen, stack).await;
                let mut new = self.f.new_version();
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
                new.if_match = self.if_match(seen, stack).await;
                new.idempotency = used.map(|used| key(&used.to_string(), &format!("apply {version}")));
                new.now = now;
                self.commands.push(new.id);
                show(self.f.queue.enqueue(new).await)
            }
            Step::Cancel(command) => match self.command(*command) {
                Some(command) => show(self.f.queue.cancel(command, "bob", now).await),
                None => String::new(),
            },
            Step::Retry(command) => match self.command(*command) {
                Some(command) => show(self.f.queue.retry(command, "bob", now).await),
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
            | Step::Claim(worker)
            | Step::Record(worker)
            | Step::Finish(worker, _) => match self.leases[*worker].clone() {
                Some(lease) => self.work(step, *worker, &lease).await,
                None => String::new(),
            },
        }
    }

    async fn work(&mut self, step: &Step, worker: usize, lease: &Lease) -> String {
        let now = at(self.now);
        let running = self.running[worker];
        match step {
            Step::Renew(_) => show(self.f.worker.renew(lease, running.map(|(seq, ..)| seq), now, TTL).await),
            Step::Release(_) => show(self.f.worker.release(lease, now).await),
            Step::Claim(_) => {
                let answer = self.f.worker.claim(lease, now).await;
                if let Ok(Some(claim)) = &answer {
                    let command = &claim.command;
                    self.running[worker] = Some((command.seq, command.id, command.stack_id));
                }
                show(answer)
            }
            Step::Record(_) => {
                let Some((seq, ..)) = running else { return String::new() };
                let intent = EventEntry::status(EventKind::Intent, "worker");
                show(self.f.worker.record(lease, seq, vec![intent], now).await)
            }
            Step::Finish(_, end) => {
                let Some((seq, command, stack)) = running else { return String::new() };
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
            }),
        }
    }

    fn stack(&self, index: Index) -> Option<StackId> {
        (!self.stacks.is_empty()).then(|| *index.get(&self.stacks))
    }

    fn command(&self, index: Index) -> Option<CommandId> {
        (!self.commands.is_empty()).then(|| *index.get(&self.commands))
    }

    /// All there is to read.
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
        for command in &self.commands {
            text += &show(f.queue.find(*command).await);
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
                notes: Vec::new(),
                change: Box::new(applied(*version)),
            },
        }
    }
}

/// An answer as text; the words of the stores themselves may differ.
fn show<T: Debug, E: Display>(answer: Result<T, E>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}\n"),
        Err(error) => {
            let error = error.to_string();
            let of_store = error.starts_with("the database holds something unexpected");
            if of_store { "refused\n".to_owned() } else { format!("{error}\n") }
        }
    }
}

/// Two worlds that live through the same.
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
