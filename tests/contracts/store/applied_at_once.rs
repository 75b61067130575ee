//! Versions that are saved together with the APPLY of them.

use core_monitor_domain::command::{ApplyOptions, CommandPayload, CommandStatus, OnFailure};
use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::ports::{IfMatch, NewApply, NewVersion, SaveError};
use core_monitor_domain::stack::SettingsChange;

use crate::fixture::{Fixture, ann, at, key};

contract!(
    a_version_and_its_apply_come_together,
    a_repeated_request_gets_the_apply_of_the_first,
    whoever_has_not_seen_the_newest_state_changes_nothing,
    the_apply_takes_the_default_of_the_stack,
);

fn apply(f: &Fixture) -> NewApply {
    let options = ApplyOptions::default();
    NewApply { command_id: CommandId(f.id()), options, leaves_on_failure: true }
}

async fn a_version_and_its_apply_come_together(f: &Fixture) {
    let before = f.stack("web").await.stack;
    let seen = IfMatch::Exactly(before.revision());
    let done = f.stacks.add_and_apply(before.id, seen, f.new_version(), apply(f)).await.unwrap();
    let version = VersionNumber(2);
    assert_eq!((done.version.version, done.stack.latest_version, done.replayed), (version, version, false));
    assert_eq!(done.command.payload, CommandPayload::Apply { version, options: ApplyOptions::default() });
    assert_eq!(done.command.status, CommandStatus::Pending);
    assert_eq!(f.stacks.find(before.id).await.unwrap(), Some(done.stack));
    assert_eq!(f.stacks.find_version(before.id, version).await.unwrap(), Some(done.version));
    assert_eq!(f.queue.find(done.command.id).await.unwrap(), Some(done.command));
    let record = "1 ENQUEUED ann\n1 DONE ann\n2 ENQUEUED ann\n2 DONE ann\n3 ENQUEUED ann\n";
    assert_eq!(f.record().await, record, "the version has its own command");
}

async fn a_repeated_request_gets_the_apply_of_the_first(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let new = |fingerprint| NewVersion { idempotency: Some(key("k", fingerprint)), ..f.new_version() };
    let first = f.stacks.add_and_apply(stack, IfMatch::Any, new("a"), apply(f)).await.unwrap();
    let again = f.stacks.add_and_apply(stack, IfMatch::Any, new("a"), apply(f)).await.unwrap();
    assert!(again.replayed);
    assert_eq!((again.command.id, again.version.version), (first.command.id, first.version.version));
    let other = f.stacks.add_and_apply(stack, IfMatch::Any, new("b"), apply(f)).await;
    assert!(matches!(other, Err(SaveError::IdempotencyMismatch)), "{other:?}");
    assert_eq!(f.stacks.find(stack).await.unwrap().unwrap().latest_version, VersionNumber(2));
}

async fn whoever_has_not_seen_the_newest_state_changes_nothing(f: &Fixture) {
    let seen = f.stack("web").await.stack;
    f.stacks.add_version(seen.id, IfMatch::Any, f.new_version()).await.unwrap();
    let record = f.record().await;
    let stale = IfMatch::Exactly(seen.revision());
    let based = NewVersion { based_on: Some(VersionNumber(1)), ..f.new_version() };
    for (if_match, version) in [(stale, f.new_version()), (IfMatch::Any, based)] {
        let refused = f.stacks.add_and_apply(seen.id, if_match, version, apply(f)).await;
        assert!(matches!(refused, Err(SaveError::PreconditionFailed { .. })), "{refused:?}");
    }
    let unknown = f.stacks.add_and_apply(StackId(f.id()), IfMatch::Any, f.new_version(), apply(f)).await;
    assert!(matches!(unknown, Err(SaveError::StackNotFound)), "{unknown:?}");
    assert_eq!(f.record().await, record);
}

async fn the_apply_takes_the_default_of_the_stack(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let change = SettingsChange { on_failure: Some(OnFailure::Rollback) };
    f.stacks.configure(stack, change, IfMatch::Any, &ann(), at(1)).await.unwrap();
    let done = f.stacks.add_and_apply(stack, IfMatch::Any, f.new_version(), apply(f)).await.unwrap();
    assert_eq!(done.command.payload.options().unwrap().on_failure, OnFailure::Rollback);
}
