//! The lanes of the queue: what excludes what, and what runs in parallel.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{
    CommandKind, CommandPayload, LaneKind, PowerChange, SleepMode, StackChange,
};
use core_monitor_domain::ids::{Seq, StackId, WorkerId};
use core_monitor_domain::journal::EventKind;
use core_monitor_domain::ports::{EnqueueError, EventFilter, NewCommand, QueueError, Retried, WorkerQueue};
use tokio::task::JoinSet;

use crate::fixture::{Fixture, TTL, at, done, done_with, failed};

contract!(
    people_cannot_ask_for_a_power_change,
    a_power_change_is_no_edit,
    lanes_of_different_stacks_go_on_side_by_side,
    a_running_write_keeps_the_power_changes_of_its_stack_waiting,
    a_running_power_change_is_asked_to_make_way,
    a_write_that_starts_supersedes_earlier_power_changes,
    a_failed_power_change_is_superseded_by_the_next_one,
    a_failed_write_does_not_block_power_changes,
    a_retried_power_change_starts_unless_a_later_one_came,
    power_changes_are_adopted_in_their_lane,
    deleting_a_stack_cancels_its_power_changes,
    the_overview_shows_both_kinds_of_lanes,
    workers_that_overtake_each_other_keep_order_in_every_lane,
);

const SLEEP: PowerChange = PowerChange::sleep(SleepMode::Stop);

async fn people_cannot_ask_for_a_power_change(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    for payload in [CommandPayload::wake(), CommandPayload::sleep(SleepMode::Pause)] {
        let kind = payload.kind();
        let new = NewCommand { payload, ..f.new_apply(stack) };
        let refusal = f.queue.enqueue(new).await.unwrap_err();
        assert!(
            matches!(refusal, EnqueueError::SystemOnly { kind: refused } if refused == kind),
            "{refusal}"
        );
    }
    assert_eq!(f.queue().await, "1 CREATE DONE\n");
}

async fn a_power_change_is_no_edit(f: &Fixture) {
    let stack = f.stack("web").await.stack;
    let command = f.power(stack.id, PowerChange::sleep(SleepMode::Pause)).await;
    assert_eq!((command.seq, command.payload.kind()), (Seq(2), CommandKind::Sleep));
    assert_eq!(f.queue.find(command.id).await.unwrap(), Some(command));
    let now = f.stacks.find_with_deleted(stack.id).await.unwrap().unwrap();
    assert_eq!(now.revision(), stack.revision());
}

async fn lanes_of_different_stacks_go_on_side_by_side(f: &Fixture) {
    let (web, db, etl) =
        (f.stack("web").await.stack.id, f.stack("db").await.stack.id, f.stack("etl").await.stack.id);
    let write = f.apply(web).await.seq;
    let behind = f.apply(db).await.seq;
    let (wake, sleep) = (f.power(db, PowerChange::wake()).await.seq, f.power(etl, SLEEP).await.seq);
    let lease = f.lease(1).await;
    assert_eq!(f.claim(&lease, 1).await, write);
    assert_eq!(f.claim_power(&lease, 2).await, Some(wake));
    assert_eq!(f.claim_power(&lease, 2).await, Some(sleep));
    assert_eq!(f.claim_power(&lease, 2).await, None, "one at a time in each lane");
    // Each has its own journal and is finished separately.
    f.worker.finish(&lease, wake, done(), at(3)).await.unwrap();
    f.worker.finish(&lease, write, done(), at(3)).await.unwrap();
    assert_eq!(f.claim(&lease, 4).await, behind);
    f.worker.finish(&lease, sleep, done(), at(5)).await.unwrap();
}

async fn a_running_write_keeps_the_power_changes_of_its_stack_waiting(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let write = f.apply(stack).await.seq;
    let lease = f.lease(1).await;
    let wake = f.power(stack, PowerChange::wake()).await.seq;
    // The write is about to start: a later power change does not start first.
    assert_eq!(f.claim_power(&lease, 1).await, None);
    assert_eq!(f.claim(&lease, 1).await, write);
    assert_eq!(f.claim_power(&lease, 1).await, None);
    f.worker.finish(&lease, write, done(), at(2)).await.unwrap();
    assert_eq!(f.claim_power(&lease, 3).await, Some(wake));
}

async fn a_running_power_change_is_asked_to_make_way(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let lease = f.lease(1).await;
    let wake = f.power(stack, PowerChange::wake()).await;
    assert_eq!(f.claim_power(&lease, 1).await, Some(wake.seq));
    let write = f.apply(stack).await.seq;
    for second in [2, 3] {
        assert_eq!(f.worker.claim(&lease, LaneKind::Writes, at(second)).await.unwrap(), None);
        let wanted = f.worker.renew(&lease, &[wake.seq], at(second), TTL).await.unwrap().cancel_requested;
        assert_eq!(wanted, [wake.seq]);
    }
    let asked = f.queue.find(wake.id).await.unwrap().unwrap().cancel_requested_at;
    assert_eq!(asked, Some(at(2)), "once");
    f.worker.finish(&lease, wake.seq, done(), at(4)).await.unwrap();
    assert_eq!(f.claim(&lease, 5).await, write);
    let kinds: Vec<_> = f.worker.journal(wake.seq).await.unwrap().iter().map(|e| e.line.kind()).collect();
    assert_eq!(kinds, [EventKind::Enqueued, EventKind::Claimed, EventKind::CancelRequested, EventKind::Done]);
}

async fn a_write_that_starts_supersedes_earlier_power_changes(f: &Fixture) {
    let (web, db) = (f.stack("web").await.stack.id, f.stack("db").await.stack.id);
    let lease = f.lease(1).await;
    f.power(web, PowerChange::wake()).await;
    let failing = f.claim_power(&lease, 1).await.unwrap();
    f.worker.finish(&lease, failing, failed(), at(1)).await.unwrap();
    f.power(web, SLEEP).await;
    f.power(db, SLEEP).await;
    f.apply(web).await;
    f.power(web, PowerChange::wake()).await;
    f.claim(&lease, 2).await;
    assert_eq!(
        f.queue().await,
        "1 CREATE DONE\n2 CREATE DONE\n3 WAKE CANCELLED\n4 SLEEP CANCELLED\n5 SLEEP PENDING\n6 APPLY RUNNING\n\
         7 WAKE PENDING\n"
    );
}

async fn a_failed_power_change_is_superseded_by_the_next_one(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let lease = f.lease(1).await;
    let first = f.power(stack, PowerChange::wake()).await;
    assert_eq!(f.claim_power(&lease, 1).await, Some(first.seq));
    f.power(stack, SLEEP).await;
    f.worker.finish(&lease, first.seq, failed(), at(2)).await.unwrap();
    let newest = f.power(stack, PowerChange::wake()).await.seq;
    assert_eq!(f.claim_power(&lease, 3).await, Some(newest));
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 WAKE CANCELLED\n3 SLEEP CANCELLED\n4 WAKE RUNNING\n");
    let kept = f.queue.find(first.id).await.unwrap().unwrap();
    assert!(kept.failure.is_some() && kept.finished_at == Some(at(3)), "{kept:?}");
}

async fn a_failed_write_does_not_block_power_changes(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let lease = f.lease(1).await;
    let write = f.apply(stack).await;
    f.run(&lease, 1, failed()).await;
    let wake = f.power(stack, PowerChange::wake()).await.seq;
    assert_eq!(f.claim_power(&lease, 2).await, Some(wake));
    // After the retry the write is the head again, and the power change makes way for it.
    f.queue.retry(write.id, &Actor::from_stored("bob"), at(3)).await.unwrap();
    assert_eq!(f.worker.claim(&lease, LaneKind::Writes, at(3)).await.unwrap(), None);
    f.worker.finish(&lease, wake, done(), at(4)).await.unwrap();
    assert_eq!(f.claim(&lease, 5).await, write.seq);
}

async fn a_retried_power_change_starts_unless_a_later_one_came(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let lease = f.lease(1).await;
    let first = f.power(stack, PowerChange::wake()).await;
    for later in [false, true] {
        assert_eq!(f.claim_power(&lease, 1).await, Some(first.seq));
        f.worker.finish(&lease, first.seq, failed(), at(2)).await.unwrap();
        if later {
            f.power(stack, SLEEP).await;
        }
        let retried = f.queue.retry(first.id, &Actor::from_stored("bob"), at(3)).await.unwrap();
        assert!(matches!(retried, Retried::Now(_)), "{retried:?}");
    }
    assert_eq!(f.claim_power(&lease, 4).await, Some(Seq(3)));
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 WAKE CANCELLED\n3 SLEEP RUNNING\n");
}

async fn power_changes_are_adopted_in_their_lane(f: &Fixture) {
    let (web, db) = (f.stack("web").await.stack.id, f.stack("db").await.stack.id);
    let write = f.apply(web).await.seq;
    let wake = f.power(db, PowerChange::wake()).await.seq;
    let dead = f.lease(1).await;
    f.claim(&dead, 1).await;
    f.claim_power(&dead, 1).await.unwrap();
    let waiting = f.stack("etl").await.stack.id;
    f.power(waiting, SLEEP).await;
    let next = f.lease(12).await;
    let adopted = async |lanes| f.worker.claim(&next, lanes, at(12)).await.unwrap().unwrap();
    let (one, other) = (adopted(LaneKind::Power).await, adopted(LaneKind::Writes).await);
    assert_eq!(
        (one.command.seq, one.adopted, one.command.attempt),
        (wake, true, 2),
        "before what has not begun"
    );
    assert_eq!((other.command.seq, other.adopted), (write, true));
    let late = f.worker.finish(&dead, wake, done(), at(13)).await;
    assert!(matches!(late, Err(QueueError::LeaseLost)), "{late:?}");
}

async fn deleting_a_stack_cancels_its_power_changes(f: &Fixture) {
    let (web, db) = (f.stack("web").await.stack.id, f.stack("db").await.stack.id);
    let lease = f.lease(1).await;
    f.apply(web).await;
    let write = f.claim(&lease, 1).await;
    f.power(web, PowerChange::wake()).await;
    f.power(db, PowerChange::wake()).await;
    let deleted = StackChange { deleted: true, ..StackChange::default() };
    f.worker.finish(&lease, write, done_with(deleted), at(2)).await.unwrap();
    assert_eq!(
        f.queue().await,
        "1 CREATE DONE\n2 CREATE DONE\n3 APPLY DONE\n4 WAKE CANCELLED\n5 WAKE PENDING\n"
    );
}

async fn the_overview_shows_both_kinds_of_lanes(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let wake = f.power(stack, PowerChange::wake()).await;
    let overview = f.queue.overview().await.unwrap();
    assert_eq!((overview.head, overview.pending, overview.power), (None, 0, vec![wake.clone()]));
    let write = f.apply(stack).await;
    let overview = f.queue.overview().await.unwrap();
    assert_eq!((overview.head, overview.pending, overview.power), (Some(write), 1, vec![wake]));
}

/// Two workers serve all lanes and pause for longer than their lease from time to time, also during commands.
async fn workers_that_overtake_each_other_keep_order_in_every_lane(f: &Fixture) {
    const ROUNDS: usize = 30;
    let stacks = [f.stack("web").await.stack.id, f.stack("db").await.stack.id];
    let clock = Arc::new(AtomicI64::new(10));
    let mut workers = JoinSet::new();
    for number in 0..2 {
        let (worker, clock, id) = (f.worker.clone(), Arc::clone(&clock), WorkerId(f.id()));
        workers.spawn(async move { serve(worker.as_ref(), id, &clock, number).await });
    }
    for round in 0..ROUNDS {
        f.apply(stacks[round % 2]).await;
        f.power(stacks[(round / 2) % 2], if round % 3 == 0 { SLEEP } else { PowerChange::wake() }).await;
        tokio::task::yield_now().await;
    }
    while !f.queue().await.lines().all(|line| line.ends_with("DONE") || line.ends_with("CANCELLED")) {
        tokio::task::yield_now().await;
    }
    clock.store(2_000_000, Ordering::Relaxed);
    let lost: u32 = workers.join_all().await.into_iter().sum();
    assert!(lost > 0, "nobody was ever overtaken: this tested nothing");
    let writes = f.queue().await.lines().filter(|line| line.ends_with("APPLY DONE")).count();
    assert_eq!(writes, ROUNDS, "no write is lost or superseded");
    check_order(f).await;
}

/// Serves both kinds of lanes until the clock reaches the end; returns how often its lease was lost.
async fn serve(worker: &dyn WorkerQueue, id: WorkerId, clock: &AtomicI64, number: i64) -> u32 {
    let (mut lost, mut round) = (0, number);
    loop {
        let second = clock.load(Ordering::Relaxed);
        if second > 1_000_000 {
            return lost;
        }
        let Some(lease) = worker.acquire(id, at(second), TTL).await.unwrap() else {
            clock.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            continue;
        };
        let mut running = Vec::new();
        loop {
            round += 1;
            let pause = if round % 7 == 0 { 11 } else { 0 };
            let now = at(clock.fetch_add(pause, Ordering::Relaxed) + pause);
            let lanes = if round % 2 == 0 { LaneKind::Writes } else { LaneKind::Power };
            tokio::task::yield_now().await;
            let claimed = worker.claim(&lease, lanes, now).await;
            let ended = match claimed {
                Ok(Some(claim)) => {
                    running.push(claim.command.seq);
                    Ok(())
                }
                Ok(None) => match running.pop() {
                    Some(seq) => worker.finish(&lease, seq, done(), now).await,
                    None => Ok(()),
                },
                Err(error) => Err(error),
            };
            match ended {
                Ok(()) if clock.load(Ordering::Relaxed) > 1_000_000 => return lost,
                Ok(()) => {}
                Err(QueueError::LeaseLost) => {
                    lost += 1;
                    break;
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// Within a lane, each command starts after all before it have ended; per stack, one command runs at a time.
async fn check_order(f: &Fixture) {
    let events = f.queue.events(&EventFilter { limit: 100_000, ..EventFilter::default() }).await.unwrap();
    let mut running: BTreeMap<Seq, StackId> = BTreeMap::new();
    let mut last_write = Seq(0);
    for event in events {
        let command = f.queue.find(event.command_id).await.unwrap().unwrap();
        match event.line.kind() {
            EventKind::Claimed => {
                assert!(!running.values().any(|stack| *stack == event.stack_id), "{event:?}: {running:?}");
                if !command.lane().is_power() {
                    assert!(last_write < event.seq, "{event:?} after {last_write}");
                    last_write = event.seq;
                }
                running.insert(event.seq, event.stack_id);
            }
            EventKind::Adopted => assert!(running.contains_key(&event.seq), "{event:?}: {running:?}"),
            EventKind::Done | EventKind::Cancelled => {
                running.remove(&event.seq);
            }
            _ => {}
        }
    }
}
