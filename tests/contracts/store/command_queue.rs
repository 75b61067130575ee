//! The queue for the server.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{ApplyOptions, CommandKind, CommandPayload, CommandStatus};
use core_monitor_domain::ids::{CommandId, ContainerId, Seq, StackId, VersionNumber};
use core_monitor_domain::journal::{Attachment, Baseline, Entry, JournalLine, Planned};
use core_monitor_domain::ports::{
    Cancelled, CommandFilter, CommandTotal, EnqueueError, Enqueued, EventFilter, IfMatch, NewCommand,
    OpenCommand, Retried, StackChange,
};
use core_monitor_domain::stack::RunId;
use core_monitor_domain::time::Timestamp;

use crate::fixture::{Fixture, accepted, at, done, done_with, failed, failure, intent, key, outcome};

contract!(
    an_accepted_command_is_stored_as_requested,
    a_command_needs_a_stack_and_a_version_that_exist,
    a_command_is_accepted_only_in_the_state_its_author_saw,
    a_repeated_command_gives_the_first_one_as_it_stands_now,
    a_key_used_for_another_request_is_refused_before_anything_else,
    a_refused_command_uses_up_no_place,
    a_pending_command_is_cancelled_at_once,
    a_failed_command_is_cancelled_with_its_failure_kept,
    a_running_command_is_asked_to_stop_once,
    a_command_that_is_over_cannot_be_cancelled,
    a_failed_command_is_retried_at_its_old_place,
    only_a_failed_command_is_retried,
    commands_are_listed_newest_first_in_pages,
    commands_are_listed_by_the_time_of_their_acceptance,
    events_are_listed_oldest_first_in_pages,
    what_is_open_is_listed_oldest_first,
    the_overview_counts_what_waits,
    ended_commands_stay_counted,
    attachments_are_complete_and_omitted_from_lists,
);

async fn an_accepted_command_is_stored_as_requested(f: &Fixture) {
    let stack = f.stack("web").await.stack;
    let mut new = f.new_apply(stack.id);
    new.if_match = IfMatch::Exactly(stack.revision());
    let command = accepted(f.queue.enqueue(new.clone()).await);
    assert_eq!((command.id, command.seq, command.status), (new.id, Seq(2), CommandStatus::Pending));
    assert_eq!(
        (&command.payload, &command.principal, command.created_at),
        (&new.payload, &new.principal, at(1))
    );
    assert_eq!((command.attempt, command.retry, command.fence), (0, 0, None));
    assert_eq!(f.queue.find(new.id).await.unwrap(), Some(command));
    assert_eq!(f.stacks.find(stack.id).await.unwrap().unwrap().revision().to_string(), "v0.2");
    assert_eq!(f.record().await, "1 ENQUEUED ann\n1 DONE ann\n2 ENQUEUED ann\n");
    assert_eq!(f.queue.find(CommandId(f.id())).await.unwrap(), None);
}

async fn a_command_needs_a_stack_and_a_version_that_exist(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let stranger = f.queue.enqueue(f.new_apply(StackId(f.id()))).await;
    assert!(matches!(stranger, Err(EnqueueError::StackNotFound)));
    let mut unknown = f.new_apply(stack);
    unknown.payload = CommandPayload::Rollback {
        version: VersionNumber(2),
        refresh_images: false,
        options: ApplyOptions::default(),
    };
    assert!(matches!(f.queue.enqueue(unknown).await, Err(EnqueueError::VersionNotFound)));
    let mut stop = f.new_apply(stack);
    stop.payload = CommandPayload::Stop { service: Some("web".parse().unwrap()) };
    accepted(f.queue.enqueue(stop).await);
    let lease = f.lease(1).await;
    f.run(&lease, 2, done_with(StackChange { deleted: true, ..StackChange::default() })).await;
    let deleted = f.queue.enqueue(f.new_apply(stack)).await;
    assert!(matches!(deleted, Err(EnqueueError::StackNotFound)));
}

async fn a_command_is_accepted_only_in_the_state_its_author_saw(f: &Fixture) {
    let seen = f.stack("web").await.stack;
    let mut first = f.new_apply(seen.id);
    first.if_match = IfMatch::Exactly(seen.revision());
    let mut second = f.new_apply(seen.id);
    second.if_match = first.if_match;
    accepted(f.queue.enqueue(first).await);
    let refusal = f.queue.enqueue(second.clone()).await.unwrap_err();
    let EnqueueError::PreconditionFailed { current } = refusal else { panic!("{refusal}") };
    assert_eq!(current.to_string(), "v0.2");
    second.if_match = IfMatch::Exactly(current);
    accepted(f.queue.enqueue(second).await);
    // A finished apply changes it too.
    let lease = f.lease(1).await;
    let applied = StackChange { current_version: Some(VersionNumber(1)), ..StackChange::default() };
    f.run(&lease, 2, done_with(applied)).await;
    let mut third = f.new_apply(seen.id);
    third.if_match = IfMatch::Exactly("v0.3".parse().unwrap());
    assert!(matches!(f.queue.enqueue(third.clone()).await, Err(EnqueueError::PreconditionFailed { .. })));
    third.if_match = IfMatch::Exactly("v1.3".parse().unwrap());
    accepted(f.queue.enqueue(third).await);
    // Commands of other stacks do not.
    let other = f.stack("db").await.stack;
    f.apply(seen.id).await;
    let mut fourth = f.new_apply(other.id);
    fourth.if_match = IfMatch::Exactly(other.revision());
    accepted(f.queue.enqueue(fourth).await);
}

async fn a_repeated_command_gives_the_first_one_as_it_stands_now(f: &Fixture) {
    let stack = f.stack("web").await.stack;
    let mut new = f.new_apply(stack.id);
    new.idempotency = Some(key("k", "sha256:1"));
    new.if_match = IfMatch::Exactly(stack.revision());
    let first = accepted(f.queue.enqueue(new.clone()).await);
    f.queue.cancel(first.id, &Actor::from_stored("bob"), at(2)).await.unwrap();
    let mut again = new.clone();
    again.id = CommandId(f.id());
    let Enqueued::Replayed(replayed) = f.queue.enqueue(again).await.unwrap() else { panic!("made twice") };
    assert_eq!((replayed.id, replayed.seq, replayed.status), (first.id, first.seq, CommandStatus::Cancelled));
    let bob = Actor::from_stored("bob");
    let bobs = NewCommand { id: CommandId(f.id()), principal: bob, if_match: IfMatch::Any, ..new };
    accepted(f.queue.enqueue(bobs).await);
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY CANCELLED\n3 APPLY PENDING\n");
}

async fn a_key_used_for_another_request_is_refused_before_anything_else(f: &Fixture) {
    let stack = f.stack("web").await.stack;
    let mut new = f.new_apply(stack.id);
    new.idempotency = Some(key("k", "sha256:1"));
    accepted(f.queue.enqueue(new.clone()).await);
    let mut other = f.new_apply(StackId(f.id()));
    other.idempotency = Some(key("k", "sha256:2"));
    other.if_match = IfMatch::Exactly(stack.revision());
    assert!(matches!(f.queue.enqueue(other).await, Err(EnqueueError::IdempotencyMismatch)));
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY PENDING\n");
}

async fn a_refused_command_uses_up_no_place(f: &Fixture) {
    let stack = f.stack("web").await.stack;
    let first = f.apply(stack.id).await;
    let mut twin = f.new_apply(stack.id);
    twin.id = first.id;
    assert!(matches!(f.queue.enqueue(twin).await, Err(EnqueueError::Store(_))));
    let mut immediate = f.new_apply(stack.id);
    immediate.payload = CommandPayload::Update { version: VersionNumber(1) };
    assert!(matches!(f.queue.enqueue(immediate).await, Err(EnqueueError::Store(_))));
    let record = f.record().await;
    assert_eq!(record, "1 ENQUEUED ann\n1 DONE ann\n2 ENQUEUED ann\n");
    assert_eq!(f.apply(stack.id).await.seq, Seq(3));
    assert_eq!(f.stacks.find(stack.id).await.unwrap().unwrap().last_seq, Seq(3));
}

async fn a_pending_command_is_cancelled_at_once(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let Cancelled::Now(cancelled) =
        f.queue.cancel(command.id, &Actor::from_stored("bob"), at(7)).await.unwrap()
    else {
        panic!("not at once")
    };
    assert_eq!((cancelled.status, cancelled.finished_at), (CommandStatus::Cancelled, Some(at(7))));
    assert_eq!(f.queue.find(command.id).await.unwrap(), Some(cancelled));
    assert!(f.record().await.ends_with("2 CANCELLED bob\n"));
    assert_eq!(
        f.queue.cancel(CommandId(f.id()), &Actor::from_stored("bob"), at(7)).await.unwrap(),
        Cancelled::NotFound
    );
}

async fn a_failed_command_is_cancelled_with_its_failure_kept(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    f.run(&lease, 2, failed()).await;
    let Cancelled::Now(cancelled) =
        f.queue.cancel(command.id, &Actor::from_stored("bob"), at(3)).await.unwrap()
    else {
        panic!("not at once")
    };
    assert_eq!((cancelled.status, cancelled.failure), (CommandStatus::Cancelled, Some(failure())));
    assert_eq!(cancelled.finished_at, Some(at(3)));
}

async fn a_running_command_is_asked_to_stop_once(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    f.claim(&lease, 2).await;
    for second in [3, 4] {
        let answer = f.queue.cancel(command.id, &Actor::from_stored("bob"), at(second)).await.unwrap();
        let Cancelled::Requested(running) = answer else { panic!("{answer:?}") };
        assert_eq!(running.status, CommandStatus::Running);
        assert_eq!(running.cancel_requested_at, Some(at(3)), "the first request counts");
    }
    assert_eq!(f.record().await.matches("CANCEL_REQUESTED bob").count(), 1);
}

async fn a_command_that_is_over_cannot_be_cancelled(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let finished = f.apply(stack).await;
    let cancelled = f.apply(stack).await;
    let lease = f.lease(1).await;
    f.run(&lease, 2, done()).await;
    f.queue.cancel(cancelled.id, &Actor::from_stored("bob"), at(3)).await.unwrap();
    let record = f.record().await;
    for (command, status) in [(finished, CommandStatus::Done), (cancelled, CommandStatus::Cancelled)] {
        let answer = f.queue.cancel(command.id, &Actor::from_stored("bob"), at(4)).await.unwrap();
        let Cancelled::TooLate(command) = answer else { panic!("{answer:?}") };
        assert_eq!(command.status, status);
        assert_ne!(command.finished_at, Some(at(4)));
    }
    assert_eq!(f.record().await, record);
}

async fn a_failed_command_is_retried_at_its_old_place(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let first = f.apply(stack).await;
    f.apply(stack).await;
    let lease = f.lease(1).await;
    f.claim(&lease, 2).await;
    f.queue.cancel(first.id, &Actor::from_stored("bob"), at(3)).await.unwrap();
    f.worker.finish(&lease, first.seq, failed(), at(4)).await.unwrap();
    let Retried::Now(retried) = f.queue.retry(first.id, &Actor::from_stored("bob"), at(5)).await.unwrap()
    else {
        panic!("not retried")
    };
    assert_eq!((retried.id, retried.seq, retried.status), (first.id, first.seq, CommandStatus::Pending));
    assert_eq!((retried.retry, retried.attempt), (1, 0), "the attempts begin anew");
    assert_eq!(
        (retried.failure.as_ref(), retried.finished_at, retried.cancel_requested_at),
        (None, None, None)
    );
    assert_eq!(f.queue.find(first.id).await.unwrap(), Some(retried));
    assert_eq!(f.claim(&lease, 6).await, first.seq, "it is the head again");
    assert_eq!(f.queue.find(first.id).await.unwrap().unwrap().started_at, Some(at(2)));
}

async fn only_a_failed_command_is_retried(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    assert_eq!(
        f.queue.retry(CommandId(f.id()), &Actor::from_stored("bob"), at(1)).await.unwrap(),
        Retried::NotFound
    );
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let refuse = async |status| {
        let answer = f.queue.retry(command.id, &Actor::from_stored("bob"), at(9)).await.unwrap();
        let Retried::NotFailed(command) = answer else { panic!("{answer:?}") };
        assert_eq!(command.status, status);
    };
    refuse(CommandStatus::Pending).await;
    let seq = f.claim(&lease, 2).await;
    refuse(CommandStatus::Running).await;
    f.worker.finish(&lease, seq, done(), at(3)).await.unwrap();
    refuse(CommandStatus::Done).await;
    assert!(!f.record().await.contains("RETRIED"));
}

async fn commands_are_listed_newest_first_in_pages(f: &Fixture) {
    let web = f.stack("web").await.stack.id;
    let db = f.stack("db").await.stack.id;
    for stack in [web, db, web, db, web] {
        f.apply(stack).await;
    }
    let lease = f.lease(1).await;
    f.run(&lease, 2, failed()).await;
    let pages = async |filter: CommandFilter| {
        let (mut filter, mut pages) = (filter, Vec::new());
        loop {
            let page = f.queue.list(&filter).await.unwrap();
            let seqs: Vec<_> = page.items.iter().map(|command| command.seq.to_string()).collect();
            filter.beyond = page.items.last().map(|command| command.seq);
            pages.push(seqs.join(" "));
            if !page.more {
                break pages.join(" | ");
            }
        }
    };
    let by_two = CommandFilter { limit: 2, ..CommandFilter::default() };
    assert_eq!(pages(by_two.clone()).await, "7 6 | 5 4 | 3 2 | 1");
    assert_eq!(pages(CommandFilter { stack_id: Some(web), ..by_two.clone() }).await, "7 5 | 3 1");
    let pending = || vec![CommandStatus::Pending];
    assert_eq!(pages(CommandFilter { statuses: pending(), ..by_two.clone() }).await, "7 6 | 5 4");
    let both = CommandFilter { statuses: pending(), stack_id: Some(db), ..by_two.clone() };
    assert_eq!(pages(both).await, "6 4");
    let running = CommandFilter { statuses: vec![CommandStatus::Running], ..by_two.clone() };
    assert_eq!(pages(running).await, "");
    let either = vec![CommandStatus::Failed, CommandStatus::Pending];
    assert_eq!(pages(CommandFilter { statuses: either, ..by_two.clone() }).await, "7 6 | 5 4 | 3");
    let upside_down = CommandFilter { oldest_first: true, ..by_two.clone() };
    assert_eq!(pages(upside_down).await, "1 2 | 3 4 | 5 6 | 7");
    let creations = CommandFilter { kinds: vec![CommandKind::Create], ..by_two };
    assert_eq!(pages(creations).await, "2 1");
}

async fn commands_are_listed_by_the_time_of_their_acceptance(f: &Fixture) {
    let web = f.stack("web").await.stack.id;
    let mut times = Vec::new();
    for second in [10, 20, 30] {
        let new = NewCommand { now: at(second), ..f.new_apply(web) };
        let command = accepted(f.queue.enqueue(new).await);
        times.push(command.created_at);
    }
    let seqs = async |since: Option<Timestamp>, until: Option<Timestamp>| {
        let kinds = vec![CommandKind::Apply];
        let filter = CommandFilter { kinds, since, until, limit: 10, ..CommandFilter::default() };
        let page = f.queue.list(&filter).await.unwrap();
        page.items.iter().map(|command| command.seq.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(seqs(Some(times[1]), None).await, "4 3", "from that time on");
    assert_eq!(seqs(None, Some(times[1])).await, "2", "before that time");
    assert_eq!(seqs(Some(times[1]), Some(times[2])).await, "3");
}

async fn events_are_listed_oldest_first_in_pages(f: &Fixture) {
    assert_eq!(f.queue.last_event().await.unwrap(), 0);
    let stack = f.stack("web").await.stack.id;
    let first = f.apply(stack).await;
    f.apply(stack).await;
    f.queue.cancel(first.id, &Actor::from_stored("bob"), at(4)).await.unwrap();
    let mut filter = EventFilter { limit: 2, ..EventFilter::default() };
    let mut pages = Vec::new();
    loop {
        let events = f.queue.events(&filter).await.unwrap();
        let Some(last) = events.last() else { break };
        filter.after = last.id;
        let lines: Vec<_> =
            events.iter().map(|event| format!("{} {}", event.seq, event.line.kind().as_str())).collect();
        pages.push(lines.join(", "));
    }
    assert_eq!(pages, ["1 ENQUEUED, 1 DONE", "2 ENQUEUED, 3 ENQUEUED", "2 CANCELLED"]);
    assert_eq!(f.queue.last_event().await.unwrap(), filter.after);

    let of_first = EventFilter { command_id: Some(first.id), limit: 10, ..EventFilter::default() };
    let events = f.queue.events(&of_first).await.unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!((events[1].command_id, events[1].stack_id, events[1].at), (first.id, stack, at(4)));
    assert_eq!(events[1].line, JournalLine::by(Actor::from_stored("bob"), Entry::Cancelled(None)));
    let of_stack =
        EventFilter { stack_id: Some(stack), after: events[0].id, limit: 10, ..EventFilter::default() };
    assert_eq!(f.queue.events(&of_stack).await.unwrap().len(), 2);
    let elsewhere = EventFilter { stack_id: Some(StackId(f.id())), limit: 10, ..EventFilter::default() };
    assert!(f.queue.events(&elsewhere).await.unwrap().is_empty());
    let of_two = EventFilter { stacks: vec![stack, StackId(f.id())], stack_id: None, ..of_stack };
    assert_eq!(f.queue.events(&of_two).await.unwrap().len(), 2);
    let stranger = EventFilter { command_id: Some(CommandId(f.id())), limit: 10, ..EventFilter::default() };
    assert_eq!(f.queue.events(&stranger).await.unwrap(), []);
}

async fn ended_commands_stay_counted(f: &Fixture) {
    let check = async |expected: &[&str]| {
        let line = |total: CommandTotal| {
            let CommandTotal { kind, status, ended, timed, time } = total;
            format!("{kind} {status} {ended}, {timed} in {} s", time.as_secs_f64())
        };
        let totals: Vec<_> = f.queue.totals().await.unwrap().into_iter().map(line).collect();
        assert_eq!(totals, expected);
    };
    check(&[]).await;
    let stack = f.stack("web").await.stack.id;
    check(&["CREATE DONE 1, 0 in 0 s"]).await;
    let first = f.apply(stack).await;
    let (second, third) = (f.apply(stack).await, f.apply(stack).await);
    let lease = f.lease(1).await;
    f.run(&lease, 2, failed()).await;
    check(&["APPLY FAILED 1, 1 in 0 s", "CREATE DONE 1, 0 in 0 s"]).await;
    // It ends again, with the time since its first start; its earlier failure stays counted.
    f.queue.retry(first.id, &Actor::from_stored("bob"), at(4)).await.unwrap();
    f.run(&lease, 7, done()).await;
    let done_and_failed = ["APPLY DONE 1, 1 in 5 s", "APPLY FAILED 1, 1 in 0 s", "CREATE DONE 1, 0 in 0 s"];
    check(&done_and_failed).await;
    // One never ran, the other was waiting for a person: neither was running when it ended.
    f.queue.cancel(second.id, &Actor::from_stored("bob"), at(8)).await.unwrap();
    f.run(&lease, 8, failed()).await;
    f.queue.cancel(third.id, &Actor::from_stored("bob"), at(9)).await.unwrap();
    let all = [
        "APPLY CANCELLED 2, 0 in 0 s",
        "APPLY DONE 1, 1 in 5 s",
        "APPLY FAILED 2, 2 in 0 s",
        "CREATE DONE 1, 0 in 0 s",
    ];
    check(&all).await;
}

async fn what_is_open_is_listed_oldest_first(f: &Fixture) {
    let (web, shop) = (f.stack("web").await.stack.id, f.stack("shop").await.stack.id);
    let cancelled = f.apply(web).await;
    for stack in [shop, web, shop] {
        f.apply(stack).await;
    }
    f.queue.cancel(cancelled.id, &cancelled.principal, at(2)).await.unwrap();
    let lease = f.lease(3).await;
    f.run(&lease, 4, failed()).await;
    let open = async |of: Option<&[StackId]>, limit| {
        let open = f.queue.open(of, limit).await.unwrap();
        let line = |one: OpenCommand| (one.seq.0, one.stack_id, one.kind, one.status);
        open.into_iter().map(line).collect::<Vec<_>>()
    };
    let all = [
        (4, shop, CommandKind::Apply, CommandStatus::Failed),
        (5, web, CommandKind::Apply, CommandStatus::Pending),
        (6, shop, CommandKind::Apply, CommandStatus::Pending),
    ];
    assert_eq!(open(None, 9).await, all);
    assert_eq!(open(None, 2).await, all[..2]);
    assert_eq!(open(Some(&[web]), 9).await, all[1..2]);
    assert_eq!(open(Some(&[shop, web]), 9).await, all);
    assert_eq!(open(Some(&[]), 9).await, []);
}

async fn the_overview_counts_what_waits(f: &Fixture) {
    let check = async |head: Option<(i64, CommandStatus)>, pending: u64| {
        let overview = f.queue.overview().await.unwrap();
        assert_eq!(overview.head.map(|head| (head.seq.0, head.status)), head);
        assert_eq!(overview.pending, pending);
    };
    check(None, 0).await;
    let stack = f.stack("web").await.stack.id;
    check(None, 0).await;
    f.apply(stack).await;
    let second = f.apply(stack).await;
    check(Some((2, CommandStatus::Pending)), 2).await;
    let lease = f.lease(1).await;
    f.claim(&lease, 2).await;
    check(Some((2, CommandStatus::Running)), 1).await;
    f.worker.finish(&lease, Seq(2), failed(), at(3)).await.unwrap();
    check(Some((2, CommandStatus::Failed)), 1).await;
    f.queue.cancel(second.id, &Actor::from_stored("bob"), at(4)).await.unwrap();
    check(Some((2, CommandStatus::Failed)), 0).await;
}

async fn attachments_are_complete_and_omitted_from_lists(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let seq = f.claim(&lease, 2).await;
    let run = |n| RunId { container: ContainerId(format!("{n:064x}")), started_at: at(n) };
    let baseline = Baseline {
        restarting: (0..2_000).map(run).collect(),
        doomed_volumes: (0..2_000).map(|n| format!("volume-{n}")).collect(),
    };
    let entry = Entry::Planned(Planned { steps: 3, baseline: true, ..Planned::default() });
    let attachment = Some(Attachment::Baseline(baseline));
    let planned = JournalLine { attachment, ..JournalLine::by(Actor::worker(), entry) };
    let lines = vec![intent(1, "web"), planned.clone(), outcome(1, "web")];
    f.worker.record(&lease, seq, lines, at(2)).await.unwrap();
    let journal = f.worker.journal(seq).await.unwrap();
    assert_eq!(journal[journal.len() - 2].line, planned);
    let filter = EventFilter { command_id: Some(command.id), limit: 100, ..EventFilter::default() };
    let events = f.queue.events(&filter).await.unwrap();
    assert_eq!(events.len(), journal.len());
    assert!(events.iter().all(|event| event.line.attachment.is_none()));
    assert_eq!(events[events.len() - 2].line, JournalLine { attachment: None, ..planned });
}
