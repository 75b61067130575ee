//! The queue for the worker: lease, fencing, order.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandResult, CommandStatus, LaneKind, PowerChange};
use core_monitor_domain::ids::{Epoch, Seq, VersionNumber, WorkerId};
use core_monitor_domain::journal::{DoneSummary, Entry, Notes};
use core_monitor_domain::ports::{Finish, Lease, QueueError, StackChange};
use core_monitor_message::Message;

use crate::fixture::{Fixture, TTL, at, done, done_with, failed, failure, intent, outcome, release};

contract!(
    the_lease_has_one_holder_until_it_runs_out,
    a_lease_is_taken_over_before_it_runs_out,
    each_lease_has_a_higher_epoch,
    a_released_lease_is_free_at_once,
    a_renewed_lease_lasts_longer,
    a_renewal_returns_the_commands_to_cancel,
    the_head_is_claimed_and_nothing_else,
    a_claim_is_written_into_the_command,
    a_failed_command_blocks_all_later_ones,
    commands_run_in_the_order_they_were_accepted,
    a_command_is_adopted_by_the_next_worker,
    an_overtaken_worker_changes_nothing,
    a_worker_whose_lease_ran_out_changes_nothing,
    only_own_commands_are_recorded_or_finished,
    an_end_is_written_into_command_stack_and_record,
    a_failure_leaves_the_stack_alone,
    a_rollback_ends_cancelled_with_its_change_and_its_failure,
    a_finish_with_an_impossible_change_changes_nothing,
    the_journal_begins_at_the_last_retry,
);

async fn the_lease_has_one_holder_until_it_runs_out(f: &Fixture) {
    let (one, other) = (WorkerId(f.id()), WorkerId(f.id()));
    let lease = f.worker.acquire(one, at(0), TTL).await.unwrap().unwrap();
    assert_eq!(lease, Lease { worker: one, epoch: Epoch(1), expires_at: at(10) });
    assert_eq!(f.worker.acquire(other, at(9), TTL).await.unwrap(), None);
    let lease = f.worker.acquire(other, at(10), TTL).await.unwrap().unwrap();
    assert_eq!((lease.epoch, lease.expires_at), (Epoch(2), at(20)));
    assert_eq!(f.worker.acquire(one, at(11), TTL).await.unwrap(), None);
}

async fn a_lease_is_taken_over_before_it_runs_out(f: &Fixture) {
    let (dead, next) = (WorkerId(f.id()), WorkerId(f.id()));
    let old = f.worker.acquire(dead, at(0), TTL).await.unwrap().unwrap();
    let lease = f.worker.take_over(next, at(1), TTL).await.unwrap();
    assert_eq!(lease, Lease { worker: next, epoch: Epoch(2), expires_at: at(11) });
    assert!(matches!(f.worker.renew(&old, &[], at(2), TTL).await, Err(QueueError::LeaseLost)));
    assert_eq!(f.worker.acquire(dead, at(3), TTL).await.unwrap(), None);
}

async fn each_lease_has_a_higher_epoch(f: &Fixture) {
    let worker = WorkerId(f.id());
    let mut epochs = Vec::new();
    for second in [0, 1, 2, 50] {
        epochs.push(f.worker.acquire(worker, at(second), TTL).await.unwrap().unwrap().epoch.0);
    }
    assert_eq!(epochs, [1, 2, 3, 4]);
}

async fn a_released_lease_is_free_at_once(f: &Fixture) {
    let first = f.lease(0).await;
    f.worker.release(&first, at(1)).await.unwrap();
    assert!(matches!(f.worker.claim(&first, LaneKind::Writes, at(1)).await, Err(QueueError::LeaseLost)));
    let second = f.lease(1).await;
    assert_eq!(second.epoch, Epoch(2));
    assert!(matches!(f.worker.release(&first, at(2)).await, Err(QueueError::LeaseLost)));
    assert!(f.worker.claim(&second, LaneKind::Writes, at(2)).await.unwrap().is_none());
}

async fn a_renewed_lease_lasts_longer(f: &Fixture) {
    let lease = f.lease(0).await;
    let renewal = f.worker.renew(&lease, &[], at(8), TTL).await.unwrap();
    assert_eq!((renewal.expires_at, renewal.cancel_requested), (at(18), Vec::new()));
    assert!(f.worker.claim(&lease, LaneKind::Writes, at(17)).await.is_ok());
    assert!(matches!(f.worker.renew(&lease, &[], at(18), TTL).await, Err(QueueError::LeaseLost)));
}

async fn a_renewal_returns_the_commands_to_cancel(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let seq = f.claim(&lease, 1).await;
    let other = f.stack("db").await.stack.id;
    f.power(other, PowerChange::wake()).await;
    let power = f.claim_power(&lease, 1).await.unwrap();
    let all = [seq, power, Seq(1), Seq(99)];
    let wanted = async |running: Vec<Seq>| {
        f.worker.renew(&lease, &running, at(2), TTL).await.unwrap().cancel_requested
    };
    assert_eq!(wanted(all.to_vec()).await, []);
    f.queue.cancel(command.id, &Actor::from_stored("bob"), at(2)).await.unwrap();
    assert_eq!(wanted(all.to_vec()).await, [seq]);
    assert_eq!(wanted(vec![power]).await, []);
    assert_eq!(wanted(Vec::new()).await, []);
}

async fn the_head_is_claimed_and_nothing_else(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let lease = f.lease(1).await;
    assert!(
        f.worker.claim(&lease, LaneKind::Writes, at(1)).await.unwrap().is_none(),
        "a CREATE is done already"
    );
    for _ in 0..3 {
        f.apply(stack).await;
    }
    assert_eq!(f.claim(&lease, 2).await, Seq(2));
    assert!(f.worker.claim(&lease, LaneKind::Writes, at(3)).await.unwrap().is_none(), "the head runs");
    f.worker.finish(&lease, Seq(2), done(), at(4)).await.unwrap();
    assert_eq!(f.claim(&lease, 5).await, Seq(3));
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY DONE\n3 APPLY RUNNING\n4 APPLY PENDING\n");
}

async fn a_claim_is_written_into_the_command(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let claim = f.worker.claim(&lease, LaneKind::Writes, at(2)).await.unwrap().unwrap();
    assert!(!claim.adopted);
    assert_eq!(claim.command.status, CommandStatus::Running);
    assert_eq!((claim.command.attempt, claim.command.fence), (1, Some(lease.epoch)));
    assert_eq!((claim.command.claimed_by, claim.command.started_at), (Some(lease.worker), Some(at(2))));
    assert_eq!(f.queue.find(command.id).await.unwrap(), Some(claim.command));
    assert!(f.record().await.ends_with("2 CLAIMED worker e1 a1\n"));
}

async fn a_failed_command_blocks_all_later_ones(f: &Fixture) {
    let web = f.stack("web").await.stack.id;
    let db = f.stack("db").await.stack.id;
    let first = f.apply(web).await;
    f.apply(db).await;
    let lease = f.lease(1).await;
    f.run(&lease, 2, failed()).await;
    assert!(
        f.worker.claim(&lease, LaneKind::Writes, at(3)).await.unwrap().is_none(),
        "another stack waits as well"
    );
    f.apply(db).await;
    f.queue.retry(first.id, &Actor::from_stored("bob"), at(4)).await.unwrap();
    assert_eq!(f.run(&lease, 5, failed()).await, first.seq);
    assert!(f.worker.claim(&lease, LaneKind::Writes, at(6)).await.unwrap().is_none());
    f.queue.cancel(first.id, &Actor::from_stored("bob"), at(7)).await.unwrap();
    assert_eq!(f.run(&lease, 8, done()).await, Seq(4));
    assert_eq!(
        f.queue().await,
        "1 CREATE DONE\n2 CREATE DONE\n3 APPLY CANCELLED\n4 APPLY DONE\n5 APPLY PENDING\n"
    );
}

async fn commands_run_in_the_order_they_were_accepted(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let mut commands = Vec::new();
    for _ in 0..6 {
        commands.push(f.apply(stack).await);
    }
    f.queue.cancel(commands[1].id, &Actor::from_stored("bob"), at(2)).await.unwrap();
    f.queue.cancel(commands[5].id, &Actor::from_stored("bob"), at(2)).await.unwrap();
    let lease = f.lease(2).await;
    let mut run = Vec::new();
    while let Some(claim) = f.worker.claim(&lease, LaneKind::Writes, at(3)).await.unwrap() {
        run.push(claim.command.seq.0);
        f.worker.finish(&lease, claim.command.seq, done(), at(3)).await.unwrap();
    }
    assert_eq!(run, [2, 4, 5, 6]);
}

async fn a_command_is_adopted_by_the_next_worker(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    f.apply(stack).await;
    let first = f.lease(0).await;
    f.claim(&first, 1).await;
    let second = f.lease(10).await;
    let claim = f.worker.claim(&second, LaneKind::Writes, at(11)).await.unwrap().unwrap();
    assert!(claim.adopted);
    assert_eq!((claim.command.seq, claim.command.attempt), (Seq(2), 2));
    assert_eq!((claim.command.fence, claim.command.claimed_by), (Some(second.epoch), Some(second.worker)));
    assert_eq!(claim.command.started_at, Some(at(1)), "it started when the first worker claimed it");
    assert!(
        f.worker.claim(&second, LaneKind::Writes, at(12)).await.unwrap().is_none(),
        "adopted once per lease"
    );
    // A restarted worker takes a new lease and adopts its own command.
    let third = f.worker.acquire(second.worker, at(13), TTL).await.unwrap().unwrap();
    assert!(f.worker.claim(&third, LaneKind::Writes, at(13)).await.unwrap().unwrap().adopted);
    f.worker.finish(&third, Seq(2), done(), at(14)).await.unwrap();
    assert_eq!(
        f.record().await,
        "1 ENQUEUED ann\n1 DONE ann\n2 ENQUEUED ann\n2 CLAIMED worker e1 a1\n2 ADOPTED worker e2 a2\n\
         2 ADOPTED worker e3 a3\n2 DONE worker e3 a3\n"
    );
}

/// Checks that every call under `lease` is rejected and leaves queue and journal unchanged.
async fn check_powerless(f: &Fixture, lease: &Lease, seq: Seq, second: i64) {
    let before = (f.queue().await, f.record().await);
    let answers = [
        f.worker.claim(lease, LaneKind::Writes, at(second)).await.map(|_| ()),
        f.worker.record(lease, seq, vec![intent(1, "web")], at(second)).await,
        f.worker.finish(lease, seq, done(), at(second)).await,
        f.worker.renew(lease, &[seq], at(second), TTL).await.map(|_| ()),
        f.worker.release(lease, at(second)).await,
    ];
    for (which, answer) in answers.into_iter().enumerate() {
        assert!(matches!(answer, Err(QueueError::LeaseLost)), "call {which}: {answer:?}");
    }
    assert_eq!((f.queue().await, f.record().await), before);
}

async fn an_overtaken_worker_changes_nothing(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    f.apply(stack).await;
    let first = f.lease(0).await;
    let seq = f.claim(&first, 1).await;
    let second = f.lease(10).await;
    check_powerless(f, &first, seq, 11).await;
    // Not even with a stopped clock or with the new epoch.
    check_powerless(f, &first, seq, 2).await;
    check_powerless(f, &Lease { epoch: second.epoch, ..first }, seq, 11).await;
    check_powerless(f, &Lease { epoch: Epoch(1), ..second.clone() }, seq, 11).await;
    assert!(f.worker.claim(&second, LaneKind::Writes, at(12)).await.unwrap().unwrap().adopted);
}

async fn a_worker_whose_lease_ran_out_changes_nothing(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    f.apply(stack).await;
    let lease = f.lease(0).await;
    let seq = f.claim(&lease, 1).await;
    check_powerless(f, &lease, seq, 10).await;
    let nobody = Lease { worker: WorkerId(f.id()), epoch: Epoch(1), expires_at: at(99) };
    check_powerless(f, &nobody, seq, 2).await;
    f.worker.finish(&lease, seq, done(), at(9)).await.unwrap();
}

async fn only_own_commands_are_recorded_or_finished(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    for _ in 0..2 {
        f.apply(stack).await;
    }
    let first = f.lease(0).await;
    let seq = f.claim(&first, 1).await;
    let second = f.lease(10).await;
    // The lease is valid, but the command was not adopted under it, is waiting, has ended or does not exist.
    for other in [seq, Seq(3), Seq(1), Seq(99), Seq(0)] {
        let recorded = f.worker.record(&second, other, vec![intent(1, "web")], at(11)).await;
        assert!(matches!(recorded, Err(QueueError::LeaseLost)), "{other}: {recorded:?}");
        let finished = f.worker.finish(&second, other, done(), at(11)).await;
        assert!(matches!(finished, Err(QueueError::LeaseLost)), "{other}: {finished:?}");
    }
    let seq = f.claim(&second, 12).await;
    f.worker.finish(&second, seq, done(), at(12)).await.unwrap();
    let twice = f.worker.finish(&second, seq, failed(), at(13)).await;
    assert!(matches!(twice, Err(QueueError::LeaseLost)));
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY DONE\n3 APPLY PENDING\n");
}

async fn an_end_is_written_into_command_stack_and_record(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let seq = f.claim(&lease, 2).await;
    let release = release(stack, 1, command.id, 3);
    let change = StackChange {
        current_version: Some(VersionNumber(1)),
        release: Some(release.clone()),
        ..StackChange::default()
    };
    let result = CommandResult {
        effects: 4,
        notes: vec![Message::foreign("`a` was running already")],
        ..CommandResult::default()
    };
    let finish = Finish::Done { result: result.clone(), change: Box::new(change) };
    f.worker.finish(&lease, seq, finish, at(3)).await.unwrap();
    let command = f.queue.find(command.id).await.unwrap().unwrap();
    assert_eq!((command.status, command.finished_at), (CommandStatus::Done, Some(at(3))));
    assert_eq!((command.result.as_ref(), command.failure), (Some(&result), None));
    let stack = f.stacks.find(stack).await.unwrap().unwrap();
    assert_eq!((stack.current_version, stack.updated_at), (Some(VersionNumber(1)), at(3)));
    assert_eq!(f.stacks.last_release(stack.id, None).await.unwrap(), Some(release));
    let event = f.worker.journal(seq).await.unwrap().pop().unwrap();
    assert_eq!(event.line.entry, Entry::Done(Some(DoneSummary::of(&result))));
}

async fn a_failure_leaves_the_stack_alone(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let before = f.stacks.find(stack).await.unwrap();
    let lease = f.lease(1).await;
    let seq = f.run(&lease, 2, failed()).await;
    let command = f.queue.find(command.id).await.unwrap().unwrap();
    assert_eq!((command.status, command.finished_at), (CommandStatus::Failed, Some(at(2))));
    assert_eq!((command.failure, command.result), (Some(failure()), None));
    assert_eq!(f.stacks.find(stack).await.unwrap(), before);
    let event = f.worker.journal(seq).await.unwrap().pop().unwrap();
    assert_eq!(event.line.entry, Entry::failed(&failure()));
    let text = format!("{:?}", event.line);
    assert!(!text.contains("hunter2"), "what a container wrote may be secret: {text}");
}

async fn a_rollback_ends_cancelled_with_its_change_and_its_failure(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let seq = f.claim(&lease, 2).await;
    let release = release(stack, 1, command.id, 3);
    let change = StackChange {
        current_version: Some(VersionNumber(1)),
        release: Some(release.clone()),
        ..StackChange::default()
    };
    let finish = Finish::Cancelled {
        failure: Some(failure()),
        result: CommandResult {
            notes: vec![Message::foreign("went back to version 1")],
            rolled_back_to: Some(VersionNumber(1)),
            ..CommandResult::default()
        },
        change: Box::new(change),
    };
    f.worker.finish(&lease, seq, finish, at(3)).await.unwrap();
    let command = f.queue.find(command.id).await.unwrap().unwrap();
    assert_eq!((command.status, command.failure), (CommandStatus::Cancelled, Some(failure())));
    assert_eq!(f.stacks.last_release(stack, None).await.unwrap(), Some(release));
    let event = f.worker.journal(seq).await.unwrap().pop().unwrap();
    let Entry::Cancelled(Some(summary)) = event.line.entry else { panic!("{event:?}") };
    assert_eq!(summary.code, Some(failure().code));
    assert_eq!(summary.notes, Notes::new(&[Message::foreign("went back to version 1")]));
    assert!(f.worker.claim(&lease, LaneKind::Writes, at(4)).await.unwrap().is_none(), "the queue is free");
}

async fn a_finish_with_an_impossible_change_changes_nothing(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let seq = f.claim(&lease, 2).await;
    let before = (f.queue().await, f.record().await, f.stacks.find(stack).await.unwrap());
    let changes = [
        StackChange { current_version: Some(VersionNumber(9)), ..StackChange::default() },
        StackChange {
            current_version: Some(VersionNumber(1)),
            release: Some(release(stack, 9, command.id, 2)),
            stopped_runs: Some(Vec::new()),
            unapplied: true,
            deleted: true,
        },
    ];
    for change in changes {
        let answer = f.worker.finish(&lease, seq, done_with(change), at(3)).await;
        assert!(matches!(answer, Err(QueueError::Store(_))), "{answer:?}");
        assert_eq!((f.queue().await, f.record().await, f.stacks.find(stack).await.unwrap()), before);
        assert_eq!(f.stacks.last_release(stack, None).await.unwrap(), None);
    }
    f.worker.finish(&lease, seq, done(), at(4)).await.unwrap();
}

async fn the_journal_begins_at_the_last_retry(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let mut journals = Vec::new();
    for second in [2, 3] {
        let seq = f.claim(&lease, second).await;
        let target = format!("web-{second}");
        let lines = vec![intent(1, &target), outcome(1, &target)];
        f.worker.record(&lease, seq, lines, at(second)).await.unwrap();
        f.worker.finish(&lease, seq, failed(), at(second)).await.unwrap();
        let journal = f.worker.journal(seq).await.unwrap();
        let lines = journal.iter().map(|event| {
            let encoded = event.line.entry.encode();
            format!("{} {}", encoded.kind.as_str(), encoded.target)
        });
        journals.push(lines.collect::<Vec<_>>().join(", "));
        assert_eq!(journal[journal.len() - 3].line, intent(1, &target));
        f.queue.retry(command.id, &Actor::from_stored("bob"), at(second)).await.unwrap();
    }
    assert_eq!(
        journals,
        [
            "ENQUEUED , CLAIMED , INTENT web-2, OUTCOME web-2, FAILED ",
            "CLAIMED , INTENT web-3, OUTCOME web-3, FAILED ",
        ]
    );
    assert_eq!(f.worker.journal(command.seq).await.unwrap(), []);
    assert_eq!(f.worker.journal(Seq(99)).await.unwrap(), []);
}
