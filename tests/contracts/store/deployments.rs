//! Deployments: a version and its command in one transaction, and the records of what is in containers.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{
    Artifact, ArtifactDigest, ArtifactForm, Artifacts, Owner, PathSet, SlotContent, SlotKey,
};
use core_monitor_domain::command::{ApplyOptions, Command, CommandKind, CommandStatus, OnFailure};
use core_monitor_domain::ids::{CommandId, ContainerId, StackId, VersionNumber};
use core_monitor_domain::journal::{Answer, Entry, Intent, JournalLine, Made, Outcome};
use core_monitor_domain::placement::{Placed, Placement, Putting, SlotPlace};
use core_monitor_domain::plan::Operation;
use core_monitor_domain::ports::{
    CommandFilter, Idempotency, IfMatch, Lease, NewDeployment, NewVersion, SaveError, StackChange,
};

use crate::fixture::{Fixture, at, done_with, intent, outcome, release};

contract!(
    a_deployment_is_a_version_and_its_command,
    a_repeated_deployment_is_the_earlier_one,
    nothing_is_deployed_over_a_version_that_the_caller_has_not_seen,
    the_artifacts_of_all_versions_are_known_once,
    what_is_in_a_container_follows_the_journal,
    a_release_ends_the_records_of_what_is_in_other_containers,
);

fn key() -> SlotKey {
    SlotKey { service: "web".parse().unwrap(), slot: "app".parse().unwrap() }
}

fn artifact(content: u8) -> Artifact {
    Artifact {
        digest: ArtifactDigest([content; 32]),
        size: 3,
        file_name: "site.zip".to_owned(),
        form: ArtifactForm::Tree,
        paths: PathSet::of(["index.html"]),
    }
}

/// The artifacts of a version.
pub(crate) fn artifacts() -> Artifacts {
    Artifacts::from([(key(), artifact(1))])
}

fn deployment(f: &Fixture, stack: StackId, latest: u32, content: u8) -> NewDeployment {
    NewDeployment {
        command_id: CommandId(f.id()),
        stack,
        base: VersionNumber(1),
        latest: VersionNumber(latest),
        key: key(),
        artifacts: Artifacts::from([(key(), artifact(content))]),
        options: ApplyOptions { on_failure: OnFailure::Rollback, ..ApplyOptions::default() },
        author: Actor::from_stored("bob"),
        comment: "release 2".to_owned(),
        if_match: IfMatch::Any,
        idempotency: None,
        now: at(5),
    }
}

async fn a_deployment_is_a_version_and_its_command(f: &Fixture) {
    let saved = f.stack("web").await;
    let stack = saved.stack.id;
    let deployed = f.stacks.deploy(deployment(f, stack, 1, 1)).await.unwrap();
    assert_eq!(
        (deployed.version.version, deployed.version.parent_version),
        (VersionNumber(2), Some(VersionNumber(1)))
    );
    assert_eq!(deployed.version.artifacts, Artifacts::from([(key(), artifact(1))]));
    assert_eq!(deployed.version.model, saved.version.model);
    assert_ne!(deployed.version.content_hash, saved.version.content_hash);
    assert_eq!(
        (deployed.command.payload.kind(), deployed.command.status),
        (CommandKind::Deploy, CommandStatus::Pending)
    );
    assert_eq!(deployed.command.payload.options().unwrap().on_failure, OnFailure::Rollback);
    assert_eq!(f.stacks.find_version(stack, VersionNumber(2)).await.unwrap(), Some(deployed.version.clone()));
    assert_eq!(f.queue.find(deployed.command.id).await.unwrap(), Some(deployed.command.clone()));
    assert_eq!(f.stacks.find(stack).await.unwrap(), Some(deployed.stack));
    let files = |version| f.stacks.list_files(stack, VersionNumber(version));
    assert_eq!(files(1).await.unwrap(), files(2).await.unwrap());
    let listed = f.stacks.list_versions(stack, None, 5).await.unwrap().items;
    let with: Vec<_> = listed.iter().map(|version| version.artifacts.len()).collect();
    assert_eq!(with, [1, 0]);
    // An ordinary version brings its own.
    let version = NewVersion { artifacts: Artifacts::from([(key(), artifact(2))]), ..f.new_version() };
    let third = f.stacks.add_version(stack, IfMatch::Any, version).await.unwrap();
    assert_eq!(f.stacks.find_version(stack, VersionNumber(3)).await.unwrap(), Some(third.version));
}

async fn a_repeated_deployment_is_the_earlier_one(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    let keyed = |fingerprint: &str, latest| NewDeployment {
        idempotency: Some(Idempotency { key: "k".to_owned(), fingerprint: fingerprint.to_owned() }),
        ..deployment(f, stack, latest, 1)
    };
    let first = f.stacks.deploy(keyed("sha256:1", 1)).await.unwrap();
    let again = f.stacks.deploy(keyed("sha256:1", 7)).await.unwrap();
    assert!(again.replayed && !first.replayed);
    assert_eq!((again.version, again.command.id), (first.version, first.command.id));
    let other = f.stacks.deploy(keyed("sha256:2", 2)).await;
    assert!(matches!(other, Err(SaveError::IdempotencyMismatch)), "{other:?}");
    let kinds = CommandFilter { stack_id: Some(stack), limit: 9, ..CommandFilter::default() };
    assert_eq!(f.queue.list(&kinds).await.unwrap().items.len(), 2);
}

async fn nothing_is_deployed_over_a_version_that_the_caller_has_not_seen(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    f.stacks.add_version(stack, IfMatch::Any, f.new_version()).await.unwrap();
    let stale = f.stacks.deploy(deployment(f, stack, 1, 1)).await;
    assert!(matches!(stale, Err(SaveError::PreconditionFailed { .. })), "{stale:?}");
    let missing = f.stacks.deploy(deployment(f, StackId(f.id()), 1, 1)).await;
    assert!(matches!(missing, Err(SaveError::StackNotFound)), "{missing:?}");
    assert_eq!(f.stacks.find(stack).await.unwrap().unwrap().latest_version, VersionNumber(2));
    assert!(f.stacks.artifacts(stack).await.unwrap().is_empty());
}

async fn the_artifacts_of_all_versions_are_known_once(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    for (latest, content) in [(1, 1), (2, 2), (3, 1)] {
        f.stacks.deploy(deployment(f, stack, latest, content)).await.unwrap();
    }
    assert_eq!(f.stacks.artifacts(stack).await.unwrap(), [(key(), artifact(1)), (key(), artifact(2))]);
}

/// The claimed command of a new stack.
async fn running(f: &Fixture) -> (Lease, StackId, Command) {
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(2).await;
    f.claim(&lease, 2).await;
    (lease, stack, command)
}

fn content(digest: u8) -> SlotContent {
    SlotContent {
        digest: ArtifactDigest([digest; 32]),
        path: "/srv".to_owned(),
        form: ArtifactForm::Tree,
        owner: Owner::default(),
        mode: 0o644,
    }
}

fn place(container: &str) -> SlotPlace {
    SlotPlace { container: container.into(), slot: "app".parse().unwrap() }
}

fn begun(number: u64, container: &str, digest: u8) -> JournalLine {
    let line = intent(number, "demo-web-1");
    let Entry::Intent(intent) = line.entry else { panic!("it is an intent") };
    let putting = Putting { slot: "app".parse().unwrap(), content: content(digest) };
    let (operation, container) = (Operation::PutArtifact, Some(ContainerId::from(container)));
    let intent = Intent { operation, container, putting: Some(Box::new(putting)), ..intent };
    JournalLine { entry: Entry::Intent(intent), ..line }
}

fn ended(number: u64, made: Made) -> JournalLine {
    let line = outcome(number, "demo-web-1");
    let Entry::Outcome(outcome) = line.entry else { panic!("it is an outcome") };
    let answer = Answer::succeeded(made, &[]);
    JournalLine {
        entry: Entry::Outcome(Outcome { operation: Operation::PutArtifact, answer, ..outcome }),
        ..line
    }
}

fn placed(container: &str, digest: u8) -> Made {
    let (place, content) = (place(container), content(digest));
    Made::Placed(Box::new(Placed { place, content, run: Some(at(1)), active: false, log_from: Some(at(2)) }))
}

async fn placements(f: &Fixture) -> Vec<(String, Placement)> {
    let list = f.creations.list().await.unwrap().placements;
    let mut list: Vec<_> =
        list.into_iter().map(|record| (record.container.to_string(), record.placement)).collect();
    list.sort_by(|one, other| one.0.cmp(&other.0));
    list
}

async fn what_is_in_a_container_follows_the_journal(f: &Fixture) {
    let (lease, _, command) = running(f).await;
    let record = async |line| f.worker.record(&lease, command.seq, vec![line], at(3)).await.unwrap();
    record(begun(1, "c1", 1)).await;
    let (_, seen) = placements(f).await.remove(0);
    assert_eq!((seen.content, seen.remains), (None, vec![content(1)]));
    record(ended(1, placed("c1", 1))).await;
    let (_, seen) = placements(f).await.remove(0);
    assert_eq!((seen.content, seen.remains, seen.active), (Some(content(1)), Vec::new(), false));
    assert_eq!((seen.run, seen.log_from), (Some(at(1)), Some(at(2))));
    record(begun(2, "c1", 2)).await;
    record(ended(2, Made::Activated(place("c1")))).await;
    let (_, seen) = placements(f).await.remove(0);
    assert_eq!((seen.content, seen.remains.len(), seen.active), (None, 2, true));
    let verified = JournalLine { entry: Entry::Verified(place("c1")), ..begun(3, "c1", 3) };
    record(verified).await;
    assert!(placements(f).await.remove(0).1.verified);
    // The journal reads back as it was written.
    let entries = f.worker.journal(command.seq).await.unwrap();
    assert!(matches!(&entries.last().unwrap().line.entry, Entry::Verified(of) if *of == place("c1")));
}

async fn a_release_ends_the_records_of_what_is_in_other_containers(f: &Fixture) {
    let (lease, stack, command) = running(f).await;
    let lines = vec![begun(1, "c0ffee", 1), begun(2, "gone", 1)];
    f.worker.record(&lease, command.seq, lines, at(3)).await.unwrap();
    assert_eq!(placements(f).await.len(), 2);
    let change = StackChange {
        current_version: Some(VersionNumber(1)),
        release: Some(release(stack, 1, command.id, 4)),
        ..StackChange::default()
    };
    f.worker.finish(&lease, command.seq, done_with(change), at(4)).await.unwrap();
    assert_eq!(placements(f).await.len(), 1);
    let next = f.apply(stack).await;
    f.claim(&lease, 5).await;
    let change = StackChange { deleted: true, ..StackChange::default() };
    f.worker.finish(&lease, next.seq, done_with(change), at(6)).await.unwrap();
    assert!(placements(f).await.is_empty());
}
