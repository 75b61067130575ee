//! Concurrent calls.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandStatus, LaneKind};
use core_monitor_domain::ids::{CommandId, WorkerId};
use core_monitor_domain::journal::EventKind;
use core_monitor_domain::ports::{
    Cancelled, EnqueueError, Enqueued, EventFilter, IfMatch, QueueError, WorkerQueue,
};
use tokio::task::JoinSet;

use crate::fixture::{Fixture, TTL, accepted, at, done, key};

contract!(
    parallel_enqueues_are_all_there_without_a_gap,
    of_two_editors_one_wins,
    a_request_repeated_in_parallel_is_accepted_once,
    a_cancel_and_a_claim_agree_on_who_was_first,
    a_cancel_and_a_finish_agree_on_who_was_first,
    workers_that_overtake_each_other_lose_and_repeat_nothing,
);

async fn parallel_enqueues_are_all_there_without_a_gap(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let mut tasks = JoinSet::new();
    for _ in 0..200 {
        let (queue, new) = (f.queue.clone(), f.new_apply(stack));
        tasks.spawn(async move { accepted(queue.enqueue(new).await) });
    }
    let accepted = tasks.join_all().await;
    let seqs: BTreeSet<_> = accepted.iter().map(|command| command.seq.0).collect();
    assert_eq!(seqs, (2..=201).collect());
    for command in accepted {
        assert_eq!(f.queue.find(command.id).await.unwrap(), Some(command));
    }
    assert_eq!(f.queue.overview().await.unwrap().pending, 200);
    assert_eq!(f.record().await.matches("ENQUEUED").count(), 201);
}

async fn of_two_editors_one_wins(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    for _ in 0..20 {
        let seen = f.stacks.find(stack).await.unwrap().unwrap().revision();
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let queue = f.queue.clone();
            let mut new = f.new_apply(stack);
            new.if_match = IfMatch::Exactly(seen);
            tasks.spawn(async move { queue.enqueue(new).await });
        }
        let answers = tasks.join_all().await;
        let won = answers.iter().filter(|answer| matches!(answer, Ok(Enqueued::New(_)))).count();
        let lost = |answer: &&Result<_, _>| matches!(answer, Err(EnqueueError::PreconditionFailed { .. }));
        assert_eq!((won, answers.iter().filter(lost).count()), (1, 3));
    }
}

async fn a_request_repeated_in_parallel_is_accepted_once(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let queue = f.queue.clone();
        let mut new = f.new_apply(stack);
        new.idempotency = Some(key("k", "sha256:1"));
        tasks.spawn(async move {
            match queue.enqueue(new).await.unwrap() {
                Enqueued::New(command) => (true, command.id),
                Enqueued::Replayed(command) => (false, command.id),
            }
        });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|(new, _)| *new).count(), 1);
    let ids: BTreeSet<CommandId> = answers.into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY PENDING\n");
}

async fn a_cancel_and_a_claim_agree_on_who_was_first(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let lease = f.lease(0).await;
    for _ in 0..20 {
        let command = f.apply(stack).await;
        let (worker, held) = (f.worker.clone(), lease.clone());
        let claiming =
            tokio::spawn(async move { worker.claim(&held, LaneKind::Writes, at(1)).await.unwrap() });
        let cancelled = f.queue.cancel(command.id, &Actor::from_stored("bob"), at(1)).await.unwrap();
        match (cancelled, claiming.await.unwrap()) {
            (Cancelled::Now(_), None) => {}
            (Cancelled::Requested(_), Some(claim)) => {
                f.worker.finish(&lease, claim.command.seq, done(), at(2)).await.unwrap();
            }
            other => panic!("{other:?}"),
        }
    }
}

async fn a_cancel_and_a_finish_agree_on_who_was_first(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let lease = f.lease(0).await;
    for _ in 0..20 {
        let command = f.apply(stack).await;
        let seq = f.claim(&lease, 1).await;
        let (worker, held) = (f.worker.clone(), lease.clone());
        let finishing = tokio::spawn(async move { worker.finish(&held, seq, done(), at(2)).await });
        let cancelled = f.queue.cancel(command.id, &Actor::from_stored("bob"), at(2)).await.unwrap();
        finishing.await.unwrap().unwrap();
        let asked = f.worker.journal(seq).await.unwrap();
        let asked = asked.iter().any(|event| event.line.kind() == EventKind::CancelRequested);
        match cancelled {
            Cancelled::Requested(_) => assert!(asked),
            Cancelled::TooLate(command) => {
                assert_eq!((command.status, asked), (CommandStatus::Done, false));
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Workers with a clock that occasionally jumps past the end of the lease, also between a claim and its finish.
async fn workers_that_overtake_each_other_lose_and_repeat_nothing(f: &Fixture) {
    const COMMANDS: i64 = 60;
    let stack = f.stack("web").await.stack.id;
    let clock = Arc::new(AtomicI64::new(10));
    let mut workers = JoinSet::new();
    for number in 0..2 {
        let (worker, clock) = (f.worker.clone(), Arc::clone(&clock));
        let id = WorkerId(f.id());
        workers.spawn(async move { work(worker.as_ref(), id, &clock, number, COMMANDS).await });
    }
    for _ in 0..COMMANDS {
        f.apply(stack).await;
    }
    let outcome = workers.join_all().await;
    let lost: i64 = outcome.iter().map(|outcome| outcome.lost).sum();
    let finished: i64 = outcome.iter().map(|outcome| outcome.finished).sum();
    assert_eq!(finished, COMMANDS, "each was finished once");
    assert!(lost > 0, "nobody was ever overtaken: this tested nothing");

    let filter = EventFilter { limit: 100_000, ..EventFilter::default() };
    let events = f.queue.events(&filter).await.unwrap();
    let mut done = 1;
    for event in events {
        match event.line.kind() {
            EventKind::Claimed | EventKind::Adopted => {
                assert_eq!(event.seq.0, done + 1, "started before the one before it was done");
            }
            EventKind::Done => {
                assert!(event.seq.0 == done + 1 || event.seq.0 == 1, "{event:?}");
                done = event.seq.0;
            }
            _ => {}
        }
    }
    assert_eq!(done, COMMANDS + 1);
}

struct Outcome {
    finished: i64,
    lost: i64,
}

async fn work(
    worker: &dyn WorkerQueue,
    id: WorkerId,
    clock: &AtomicI64,
    number: i64,
    commands: i64,
) -> Outcome {
    let mut outcome = Outcome { finished: 0, lost: 0 };
    let now = || at(clock.load(Ordering::Relaxed));
    let mut round = number;
    'lease: loop {
        round += 1;
        let Some(lease) = worker.acquire(id, now(), TTL).await.unwrap() else {
            // The other worker has it. It continues, or the clock jumps.
            clock.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            continue;
        };
        loop {
            match worker.claim(&lease, LaneKind::Writes, now()).await {
                Ok(Some(claim)) => {
                    round += 1;
                    if round % 3 == 0 {
                        // A pause longer than the lease, in which the other worker may take over.
                        clock.fetch_add(11, Ordering::Relaxed);
                        tokio::task::yield_now().await;
                    }
                    match worker.finish(&lease, claim.command.seq, done(), now()).await {
                        Ok(()) => outcome.finished += 1,
                        Err(QueueError::LeaseLost) => {
                            outcome.lost += 1;
                            continue 'lease;
                        }
                        Err(error) => panic!("{error}"),
                    }
                    if claim.command.seq.0 == commands + 1 {
                        // Nothing is left to do for the other worker.
                        worker.release(&lease, now()).await.unwrap();
                        return outcome;
                    }
                }
                Ok(None) => {
                    let all_done = worker.journal(core_monitor_domain::ids::Seq(commands + 1)).await.unwrap();
                    if all_done.iter().any(|event| event.line.kind() == EventKind::Done) {
                        return outcome;
                    }
                    tokio::task::yield_now().await;
                }
                Err(QueueError::LeaseLost) => continue 'lease,
                Err(error) => panic!("{error}"),
            }
        }
    }
}
