//! What is old and needed: it stays, and goes when nothing needs it any longer.

use core_monitor_domain::artifact::{Artifact, ArtifactDigest, ArtifactForm, Artifacts, PathSet, SlotKey};
use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::creation::{Creation, ObjectKind};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::ports::{
    ArtifactStore as _, CommandFilter, EventFilter, IfMatch, NewCommand, NewVersion, StackChange,
};
use core_monitor_host::FolderArtifacts;

use super::{DAY, Kept};
use crate::fixture::{Fixture, accepted, at, done_with};

contract! {
    the_command_that_made_a_stack_what_it_runs_stays,
    a_command_stays_as_long_as_what_it_created_is_recorded,
    an_artifact_stays_while_a_stack_names_it_or_somebody_used_it_lately,
}

/// Ends a command about the stack on this day.
async fn end(f: &Fixture, stack: StackId, payload: CommandPayload, day: i64, change: StackChange) {
    let lease = f.lease(day * DAY).await;
    accepted(f.queue.enqueue(NewCommand { payload, ..f.new_apply(stack) }).await);
    f.run(&lease, day * DAY, done_with(change)).await;
    f.worker.release(&lease, at(day * DAY + 1)).await.unwrap();
}

/// The applies of a stack that are in the database, oldest first.
async fn applies(f: &Fixture, stack: StackId) -> Vec<CommandId> {
    let filter =
        CommandFilter { stack_id: Some(stack), oldest_first: true, limit: 100, ..CommandFilter::default() };
    let found = f.queue.list(&filter).await.unwrap().items;
    let applies = found.into_iter().filter(|command| matches!(command.payload, CommandPayload::Apply { .. }));
    applies.map(|command| command.id).collect()
}

async fn events(f: &Fixture, command: CommandId) -> usize {
    let filter = EventFilter { command_id: Some(command), limit: 100, ..EventFilter::default() };
    f.queue.events(&filter).await.unwrap().len()
}

async fn the_command_that_made_a_stack_what_it_runs_stays(f: &Fixture) {
    let kept = Kept::new(f);
    let stack = f.stack("one").await.stack.id;
    let other = f.stack("other").await.stack.id;
    kept.history(stack, 1, 2).await;
    let before = applies(f, stack).await;
    let journal = events(f, before[1]).await;
    // Neither the newest of its stack nor the newest of all.
    end(f, stack, CommandPayload::Restart { service: None }, 2, StackChange::default()).await;
    end(f, other, CommandPayload::Restart { service: None }, 3, StackChange::default()).await;
    kept.round(600).await;
    assert_eq!(applies(f, stack).await, before[1..], "the first one has left");
    assert_eq!(events(f, before[1]).await, journal);
}

async fn a_command_stays_as_long_as_what_it_created_is_recorded(f: &Fixture) {
    let kept = Kept::new(f);
    let stack = f.stack("one").await.stack.id;
    let other = f.stack("other").await.stack.id;
    kept.history(stack, 1, 3).await;
    let before = applies(f, stack).await;
    let network = Creation {
        kind: ObjectKind::Network,
        stack_id: stack,
        name: "net".to_owned(),
        command: Some(before[0]),
        mark: None,
        object: Some("n1".to_owned()),
        container: None,
    };
    f.creations.add(&[network]).await.unwrap();
    kept.round(600).await;
    assert_eq!(applies(f, stack).await, [before[0], before[2]]);
    assert_eq!(events(f, before[0]).await, 0, "its journal is not needed");
    let deleted = StackChange { deleted: true, ..StackChange::default() };
    end(f, stack, CommandPayload::delete(true), 601, deleted).await;
    end(f, other, CommandPayload::Restart { service: None }, 602, StackChange::default()).await;
    kept.round(800).await;
    assert_eq!(applies(f, stack).await, []);
}

/// Artifacts of these contents, in slots of their own.
fn naming(contents: &[&[u8]]) -> Artifacts {
    let artifact = |(number, content): (usize, &&[u8])| {
        let slot = format!("slot{number}").parse().unwrap();
        let key = SlotKey { service: "web".parse().unwrap(), slot };
        let (form, paths) = (ArtifactForm::File, PathSet::default());
        let digest = ArtifactDigest::of(content);
        (key, Artifact { digest, size: 1, file_name: "app.war".to_owned(), form, paths })
    };
    contents.iter().enumerate().map(artifact).collect()
}

async fn an_artifact_stays_while_a_stack_names_it_or_somebody_used_it_lately(f: &Fixture) {
    let kept = Kept::new(f);
    let store = FolderArtifacts::new(kept.folder());
    let put = async |content: &[u8], day: i64| {
        let mut draft = store.begin(100).await.unwrap();
        draft.write(content).await.unwrap();
        draft.keep(at(day * DAY)).await.unwrap();
    };
    for content in [b"former".as_slice(), b"present", b"of a deleted stack", b"unused", b"used again"] {
        put(content, 1).await;
    }
    put(b"sent lately", 59).await;
    let version = |contents: &[&[u8]]| NewVersion { artifacts: naming(contents), ..f.new_version() };
    let one = f.stack("one").await.stack.id;
    let other = f.stack("other").await.stack.id;
    let versions: [[&[u8]; 1]; 2] = [[b"former"], [b"present"]];
    for contents in versions {
        f.stacks.add_version(one, IfMatch::Any, version(&contents)).await.unwrap();
    }
    let shared: [&[u8]; 2] = [b"of a deleted stack", b"present"];
    f.stacks.add_version(other, IfMatch::Any, version(&shared)).await.unwrap();
    let stored = async || {
        let found = store.list().await.unwrap();
        found.into_iter().map(|artifact| artifact.digest).collect::<std::collections::BTreeSet<_>>()
    };
    let these = |contents: &[&[u8]]| contents.iter().map(|content| ArtifactDigest::of(content)).collect();
    store.use_again(&ArtifactDigest::of(b"used again"), at(59 * DAY)).await.unwrap();
    kept.round(59).await;
    let all: [&[u8]; 5] = [b"former", b"present", b"of a deleted stack", b"used again", b"sent lately"];
    assert_eq!(stored().await, these(&all), "a version that is not applied may be rolled back to");
    let deleted = StackChange { deleted: true, ..StackChange::default() };
    end(f, other, CommandPayload::delete(true), 60, deleted).await;
    kept.round(62).await;
    assert_eq!(stored().await, these(&[b"former", b"present"]));
}
