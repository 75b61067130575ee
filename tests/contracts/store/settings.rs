//! The settings of a stack.

use core_monitor_domain::command::{Command, CommandPayload, OnFailure};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{
    AuditFilter, EnqueueError, Enqueued, IfMatch, NewCommand, NewStack, SaveError, StackChange,
};
use core_monitor_domain::stack::SettingsChange;

use crate::fixture::{Fixture, accepted, ann, at, done_with, key};

contract!(
    a_stack_begins_with_the_settings_it_was_given,
    a_change_is_kept_counted_and_audited,
    what_is_so_already_is_neither_changed_nor_audited,
    only_who_has_seen_the_newest_state_changes_it,
    a_deleted_stack_has_no_settings_to_change,
    a_command_that_leaves_it_open_takes_the_default_of_its_stack,
    a_repeated_command_keeps_what_it_was_accepted_with,
);

fn to(on_failure: OnFailure) -> SettingsChange {
    SettingsChange { on_failure: Some(on_failure) }
}

async fn audit(f: &Fixture) -> Vec<String> {
    let page = f.audit.list(&AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
    let line = |entry: core_monitor_domain::audit::AuditEntry| {
        let second = entry.at.since(at(0)).as_secs();
        format!("{second}s {} {} {} {}", entry.actor, entry.action, entry.resource, entry.change)
    };
    page.items.into_iter().map(|record| line(record.entry)).collect()
}

async fn a_stack_begins_with_the_settings_it_was_given(f: &Fixture) {
    let new = NewStack { on_failure: OnFailure::Rollback, ..f.new_stack("web") };
    let saved = f.stacks.create(new).await.unwrap().stack;
    assert_eq!((saved.on_failure, saved.settings_changes), (OnFailure::Rollback, 0));
    assert_eq!(f.stacks.find(saved.id).await.unwrap(), Some(saved));
    assert_eq!(f.stack("db").await.stack.on_failure, OnFailure::Hold);
    assert!(audit(f).await.is_empty(), "the command records the creation");
}

async fn a_change_is_kept_counted_and_audited(f: &Fixture) {
    let (before, other) = (f.stack("web").await.stack, f.stack("db").await.stack);
    let seen = IfMatch::Exactly(before.revision());
    let after = f.stacks.configure(before.id, to(OnFailure::Rollback), seen, &ann(), at(5)).await.unwrap();
    assert_eq!((after.on_failure, after.settings_changes), (OnFailure::Rollback, 1));
    assert_ne!(after.revision(), before.revision());
    assert_eq!(after.updated_at, before.updated_at, "neither definition nor applied version changed");
    assert_eq!(f.stacks.find(before.id).await.unwrap(), Some(after.clone()));
    assert_eq!(f.stacks.find(other.id).await.unwrap(), Some(other));
    let back = f.stacks.configure(before.id, to(OnFailure::Hold), IfMatch::Any, &ann(), at(6)).await.unwrap();
    assert_eq!((back.on_failure, back.settings_changes), (OnFailure::Hold, 2));
    let line = |second: i64| format!("{second}s token:-:ann change_stack stack:{} replaced", before.id);
    assert_eq!(audit(f).await, [line(6), line(5)]);
    // Neither another version nor an apply changes them.
    f.stacks.configure(before.id, to(OnFailure::Rollback), IfMatch::Any, &ann(), at(7)).await.unwrap();
    let saved = f.stacks.add_version(before.id, IfMatch::Any, f.new_version()).await.unwrap().stack;
    f.apply(before.id).await;
    let applied = StackChange { current_version: Some(VersionNumber(1)), ..StackChange::default() };
    f.run(&f.lease(8).await, 8, done_with(applied)).await;
    let stack = f.stacks.find(before.id).await.unwrap().unwrap();
    for stack in [saved, stack] {
        assert_eq!((stack.on_failure, stack.settings_changes), (OnFailure::Rollback, 3));
    }
}

async fn what_is_so_already_is_neither_changed_nor_audited(f: &Fixture) {
    let before = f.stack("web").await.stack;
    let unseen = IfMatch::Exactly("v7.7".parse().unwrap());
    for (change, if_match) in [
        (to(OnFailure::Hold), IfMatch::Any),
        (to(OnFailure::Hold), unseen),
        (SettingsChange::default(), unseen),
    ] {
        let answer = f.stacks.configure(before.id, change, if_match, &ann(), at(5)).await.unwrap();
        assert_eq!(answer, before);
    }
    assert_eq!(f.stacks.find(before.id).await.unwrap(), Some(before));
    assert!(audit(f).await.is_empty());
}

async fn only_who_has_seen_the_newest_state_changes_it(f: &Fixture) {
    let before = f.stack("web").await.stack;
    let seen = IfMatch::Exactly(before.revision());
    let after = f.stacks.configure(before.id, to(OnFailure::Rollback), seen, &ann(), at(5)).await.unwrap();
    let late = f.stacks.configure(before.id, to(OnFailure::Hold), seen, &ann(), at(6)).await.unwrap_err();
    assert!(matches!(late, SaveError::PreconditionFailed { current } if current == after.revision()));
    assert_eq!(f.stacks.find(before.id).await.unwrap(), Some(after.clone()));
    assert_eq!(audit(f).await.len(), 1);
    // The same for the other writes of somebody who has not seen the change.
    let command = f.queue.enqueue(NewCommand { if_match: seen, ..f.new_apply(before.id) }).await;
    assert!(
        matches!(command, Err(EnqueueError::PreconditionFailed { current }) if current == after.revision())
    );
    let version = f.stacks.add_version(before.id, seen, f.new_version()).await;
    assert!(matches!(version, Err(SaveError::PreconditionFailed { .. })));
    let seen = IfMatch::Exactly(after.revision());
    accepted(f.queue.enqueue(NewCommand { if_match: seen, ..f.new_apply(before.id) }).await);
}

async fn a_deleted_stack_has_no_settings_to_change(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    f.apply(stack).await;
    let gone = StackChange { deleted: true, ..StackChange::default() };
    f.run(&f.lease(2).await, 2, done_with(gone)).await;
    for id in [stack, StackId(f.id())] {
        let answer = f.stacks.configure(id, to(OnFailure::Rollback), IfMatch::Any, &ann(), at(5)).await;
        assert!(matches!(answer, Err(SaveError::StackNotFound)));
    }
    assert!(audit(f).await.is_empty());
}

fn says(command: &Command) -> OnFailure {
    command.payload.options().unwrap().on_failure
}

async fn a_command_that_leaves_it_open_takes_the_default_of_its_stack(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let leaves = |leaves_on_failure: bool| NewCommand { leaves_on_failure, ..f.new_apply(stack) };
    assert_eq!(says(&accepted(f.queue.enqueue(leaves(true)).await)), OnFailure::Hold);
    f.stacks.configure(stack, to(OnFailure::Rollback), IfMatch::Any, &ann(), at(5)).await.unwrap();
    let command = accepted(f.queue.enqueue(leaves(true)).await);
    assert_eq!(says(&command), OnFailure::Rollback);
    assert_eq!(f.queue.find(command.id).await.unwrap(), Some(command), "it is stored that way");
    assert_eq!(says(&accepted(f.queue.enqueue(leaves(false)).await)), OnFailure::Hold);
    // What has no such option is not concerned.
    let stop = CommandPayload::Stop { service: None };
    let command = accepted(f.queue.enqueue(NewCommand { payload: stop.clone(), ..leaves(true) }).await);
    assert_eq!(command.payload, stop);
}

async fn a_repeated_command_keeps_what_it_was_accepted_with(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let idempotency = Some(key("k", "sha256:0"));
    let new = NewCommand { leaves_on_failure: true, idempotency, ..f.new_apply(stack) };
    let first = accepted(f.queue.enqueue(new.clone()).await);
    f.stacks.configure(stack, to(OnFailure::Rollback), IfMatch::Any, &ann(), at(5)).await.unwrap();
    let Enqueued::Replayed(again) = f.queue.enqueue(new).await.unwrap() else { panic!("made twice") };
    assert_eq!((again.id, says(&again)), (first.id, OnFailure::Hold));
}
