//! Commands that wait behind a failed one are told so in their records, in the transaction that makes it so.

use core_monitor_domain::command::{Command, CommandStatus, FailureScope, PowerChange, TOLD};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::journal::{Entry, EventKind};
use core_monitor_domain::ports::{EventFilter, NewStack};

use crate::fixture::{Fixture, ann, at, failed};

contract!(
    a_failure_tells_those_that_wait_behind_it,
    a_command_that_joins_behind_a_failed_one_is_told,
    a_failure_tells_a_limited_number,
    only_related_stacks_are_told_where_only_they_wait,
);

/// The lines that say what a command waits behind: after how many seconds and by whom, since when, and behind which one.
async fn told(f: &Fixture, command: &Command) -> Vec<String> {
    let filter = EventFilter { command_id: Some(command.id), limit: 100, ..EventFilter::default() };
    let events = f.queue.events(&filter).await.unwrap();
    let line = |event: core_monitor_domain::journal::CommandEvent| match event.line.entry {
        Entry::Held(holder) => {
            assert_eq!(holder.status, CommandStatus::Failed);
            assert_eq!((event.line.epoch, event.line.attempt), (None, 0));
            let [now, since] = [event.at, holder.since].map(|moment| moment.since(at(0)).as_secs());
            Some(format!("{now}s {} #{} since {since}s", event.line.actor.label(), holder.seq))
        }
        _ => None,
    };
    events.into_iter().filter_map(line).collect()
}

async fn a_failure_tells_those_that_wait_behind_it(f: &Fixture) {
    let (web, db) = (f.stack("web").await.stack.id, f.stack("db").await.stack.id);
    let (first, second, third) = (f.apply(web).await, f.apply(db).await, f.apply(web).await);
    let wake = f.power(web, PowerChange::wake()).await;
    let lease = f.lease(2).await;
    f.claim(&lease, 2).await;
    assert!(told(f, &second).await.is_empty(), "a running command is no reason to worry");
    f.worker.finish(&lease, first.seq, failed(), at(4)).await.unwrap();
    for command in [&second, &third] {
        assert_eq!(told(f, command).await, [format!("4s worker #{} since 4s", first.seq)]);
    }
    assert!(told(f, &first).await.is_empty() && told(f, &wake).await.is_empty());
    let record = f.queue.events(&EventFilter { limit: 100, ..EventFilter::default() }).await.unwrap();
    let held = record.iter().find(|event| event.line.kind() == EventKind::Held).unwrap();
    let Entry::Held(holder) = &held.line.entry else { panic!("{held:?}") };
    assert_eq!((holder.id, holder.stack_id, holder.kind), (first.id, web, first.payload.kind()));
    // Each failure is another one.
    f.queue.retry(first.id, &ann(), at(5)).await.unwrap();
    f.run(&lease, 6, failed()).await;
    assert_eq!(told(f, &second).await.len(), 2);
    // The memory of a worker that takes it up is not disturbed.
    f.queue.cancel(first.id, &ann(), at(7)).await.unwrap();
    assert_eq!(f.claim(&lease, 8).await, second.seq);
    let journal = f.worker.journal(second.seq).await.unwrap();
    core_monitor_domain::journal::Memory::read(&journal).unwrap();
}

async fn a_command_that_joins_behind_a_failed_one_is_told(f: &Fixture) {
    let (web, db) = (f.stack("web").await.stack.id, f.stack("db").await.stack.id);
    let first = f.apply(web).await;
    assert!(told(f, &first).await.is_empty());
    let lease = f.lease(2).await;
    f.run(&lease, 2, failed()).await;
    let second = f.apply(db).await;
    assert_eq!(told(f, &second).await, [format!("1s ann #{} since 2s", first.seq)]);
    assert!(told(f, &f.power(db, PowerChange::wake()).await).await.is_empty());
    let kinds: Vec<_> = f.worker.journal(second.seq).await.unwrap();
    let kinds: Vec<_> = kinds.iter().map(|event| event.line.kind()).collect();
    assert_eq!(kinds, [EventKind::Enqueued, EventKind::Held]);
    f.queue.retry(first.id, &ann(), at(5)).await.unwrap();
    assert!(told(f, &f.apply(db).await).await.is_empty(), "the first one is no longer failed");
}

async fn a_failure_tells_a_limited_number(f: &Fixture) {
    let web = f.stack("web").await.stack.id;
    let first = f.apply(web).await;
    let mut waiting = Vec::new();
    for _ in 0..TOLD + 3 {
        waiting.push(f.apply(web).await);
    }
    f.run(&f.lease(2).await, 2, failed()).await;
    let filter = EventFilter { limit: 10_000, ..EventFilter::default() };
    let events = f.queue.events(&filter).await.unwrap();
    let held: Vec<_> =
        events.iter().filter(|event| event.line.kind() == EventKind::Held).map(|event| event.seq).collect();
    let first_ones: Vec<_> = waiting.iter().take(TOLD).map(|command| command.seq).collect();
    assert_eq!(held, first_ones);
    let late = f.apply(web).await;
    assert_eq!(told(f, &late).await, [format!("1s ann #{} since 2s", first.seq)], "who joins is always told");
}

/// A stack with a network of this name.
async fn with_network(f: &Fixture, name: &str, network: &str) -> StackId {
    let mut new: NewStack = f.new_stack(name);
    let model =
        format!(r#"{{"name": "demo", "services": {{}}, "networks": {{"n": {{"name": "{network}"}}}}}}"#);
    new.version.model = serde_json::from_str(&model).unwrap();
    f.stacks.create(new).await.unwrap().stack.id
}

async fn only_related_stacks_are_told_where_only_they_wait(f: &Fixture) {
    let (web, other) = (with_network(f, "web", "one").await, with_network(f, "other", "two").await);
    let near = with_network(f, "near", "one").await;
    let lease = f.lease(1).await;
    f.worker.set_failure_scope(&lease, FailureScope::Related, at(1)).await.unwrap();
    let first = f.apply(web).await;
    let (related, apart) = (f.apply(near).await, f.apply(other).await);
    f.run(&lease, 2, failed()).await;
    assert_eq!(told(f, &related).await, [format!("2s worker #{} since 2s", first.seq)]);
    assert!(told(f, &apart).await.is_empty());
    assert!(told(f, &f.apply(other).await).await.is_empty());
    assert_eq!(told(f, &f.apply(near).await).await, [format!("1s ann #{} since 2s", first.seq)]);
    // One that is retried joins the queue again, where everything waits by now.
    assert_eq!(f.run(&lease, 3, failed()).await, apart.seq);
    f.worker.set_failure_scope(&lease, FailureScope::Everything, at(4)).await.unwrap();
    f.queue.retry(apart.id, &ann(), at(5)).await.unwrap();
    assert_eq!(told(f, &apart).await, [format!("5s ann #{} since 2s", first.seq)]);
}
