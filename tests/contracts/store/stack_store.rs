//! Stacks, versions and releases.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandKind, CommandPayload, CommandStatus};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{
    IfMatch, NewVersion, SaveError, SealedSecret, StackChange, StackFilter, VersionSecret,
};
use core_monitor_domain::secret_variable::{SecretName, SecretRef, SecretUse};
use core_monitor_domain::stack::{Revision, RunId};
use core_monitor_domain::stack_version::{Source, SourceFile, StackVersion};

use crate::fixture::{Fixture, at, done_with, key, release};

contract!(
    a_created_stack_is_there_with_its_version_and_its_command,
    a_version_continues_the_one_before,
    a_version_is_saved_only_in_the_state_its_author_saw,
    a_name_belongs_to_one_stack_until_that_is_deleted,
    a_repeated_save_gives_the_first_answer,
    a_key_used_for_something_else_saves_nothing,
    a_repeated_save_is_answered_after_the_stack_is_gone,
    stacks_are_listed_by_name_in_pages,
    versions_are_listed_newest_first_in_pages,
    the_last_release_is_found_by_stack_and_by_version,
    stopped_runs_are_kept,
    a_refused_save_leaves_nothing_behind,
    files_are_kept_byte_by_byte_with_their_version,
    a_version_may_use_more_objects_than_one_statement_takes,
    secrets_are_kept_sealed_and_once_per_value,
    a_version_is_based_on_the_one_whose_secrets_it_keeps,
);

async fn a_created_stack_is_there_with_its_version_and_its_command(f: &Fixture) {
    let new = f.new_stack("web");
    let saved = f.stacks.create(new.clone()).await.unwrap();
    assert!(!saved.replayed);
    assert_eq!(saved.stack.id, new.id);
    assert_eq!(saved.stack.revision().to_string(), "v0.1");
    assert_eq!((saved.stack.created_at, saved.stack.updated_at), (at(0), at(0)));
    assert_eq!(saved.version.content_hash, new.version.source.content_hash());
    assert_eq!(saved.version.parent_version, None);
    assert_eq!(saved.version.model, new.version.model);
    assert_eq!(saved.command.payload, CommandPayload::Create { version: VersionNumber(1) });
    assert_eq!(saved.command.status, CommandStatus::Done);
    assert_eq!(saved.command.finished_at, Some(at(0)));

    let id = saved.stack.id;
    assert_eq!(f.stacks.find(id).await.unwrap().as_ref(), Some(&saved.stack));
    assert_eq!(f.stacks.find_with_deleted(id).await.unwrap().as_ref(), Some(&saved.stack));
    assert_eq!(f.stacks.find_by_name(&new.name).await.unwrap().as_ref(), Some(&saved.stack));
    assert_eq!(f.stacks.find_all(&[id, StackId(f.id())]).await.unwrap(), [saved.stack]);
    assert_eq!(f.stacks.find_all(&[]).await.unwrap(), []);
    assert_eq!(f.stacks.find_version(id, VersionNumber(1)).await.unwrap(), Some(saved.version));
    assert_eq!(f.queue.find(saved.command.id).await.unwrap(), Some(saved.command));
    assert_eq!(f.record().await, "1 ENQUEUED ann\n1 DONE ann\n");

    let stranger = StackId(f.id());
    assert_eq!(f.stacks.find(stranger).await.unwrap(), None);
    assert_eq!(f.stacks.find_version(stranger, VersionNumber(1)).await.unwrap(), None);
    assert_eq!(f.stacks.find_version(id, VersionNumber(2)).await.unwrap(), None);
}

async fn a_version_continues_the_one_before(f: &Fixture) {
    let first = f.stack("web").await;
    let mut new = f.new_version();
    new.now = at(5);
    new.source = Source::single("compose.yml", "services: {}");
    let second = f.stacks.add_version(first.stack.id, IfMatch::Any, new.clone()).await.unwrap();
    assert_eq!(second.version.version, VersionNumber(2));
    assert_eq!(second.version.parent_version, Some(VersionNumber(1)));
    assert_ne!(second.version.content_hash, first.version.content_hash);
    assert_eq!(second.stack.latest_version, VersionNumber(2));
    assert_eq!(second.stack.current_version, None, "saved is not applied");
    assert_eq!((second.stack.created_at, second.stack.updated_at), (at(0), at(5)));
    assert_eq!(f.stacks.find(first.stack.id).await.unwrap(), Some(second.stack));
    assert_eq!(second.command.payload.kind(), CommandKind::Update);

    // Saving the same source again still creates a version.
    new.command_id = f.new_version().command_id;
    let third = f.stacks.add_version(first.stack.id, IfMatch::Any, new).await.unwrap();
    assert_eq!(third.version.version, VersionNumber(3));
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 UPDATE DONE\n3 UPDATE DONE\n");
    let kept = f.stacks.find_version(first.stack.id, VersionNumber(1)).await.unwrap();
    assert_eq!(kept, Some(first.version));
}

async fn a_version_is_saved_only_in_the_state_its_author_saw(f: &Fixture) {
    let seen = f.stack("web").await.stack;
    f.apply(seen.id).await;
    let stale = IfMatch::Exactly(seen.revision());
    let refusal = f.stacks.add_version(seen.id, stale, f.new_version()).await.unwrap_err();
    let SaveError::PreconditionFailed { current } = refusal else { panic!("{refusal}") };
    assert_eq!(current.to_string(), "v0.2");
    f.stacks.add_version(seen.id, IfMatch::Exactly(current), f.new_version()).await.unwrap();
    let unknown = f.stacks.add_version(StackId(f.id()), IfMatch::Any, f.new_version()).await;
    assert!(matches!(unknown, Err(SaveError::StackNotFound)));
}

async fn delete(f: &Fixture, stack: StackId) {
    f.apply(stack).await;
    let lease = f.lease(2).await;
    f.run(&lease, 3, done_with(StackChange { deleted: true, ..StackChange::default() })).await;
    f.worker.release(&lease, at(3)).await.unwrap();
}

async fn a_name_belongs_to_one_stack_until_that_is_deleted(f: &Fixture) {
    let first = f.stack("web").await;
    let refusal = f.stacks.create(f.new_stack("web")).await.unwrap_err();
    let SaveError::NameTaken { name, holder } = refusal else { panic!("{refusal}") };
    assert_eq!((name.as_str(), holder), ("web", first.stack.id));

    delete(f, first.stack.id).await;
    assert_eq!(f.stacks.find(first.stack.id).await.unwrap(), None);
    assert_eq!(f.stacks.find_by_name(&first.stack.name).await.unwrap(), None);
    let add = f.stacks.add_version(first.stack.id, IfMatch::Any, f.new_version()).await;
    assert!(matches!(add, Err(SaveError::StackNotFound)));

    let second = f.stack("web").await;
    f.stack("db").await;
    let names = ["web", "db"].map(|name| name.parse().unwrap());
    assert_eq!(f.stacks.predecessors(&names[0]).await.unwrap(), [first.stack.id].into());
    assert_eq!(f.stacks.predecessors(&names[1]).await.unwrap(), [].into());
    assert_ne!(second.stack.id, first.stack.id);
    let kept = f.stacks.find_with_deleted(first.stack.id).await.unwrap().unwrap();
    assert_eq!((kept.deleted_at, kept.updated_at), (Some(at(3)), at(3)));
    assert_eq!(f.stacks.find_version(kept.id, VersionNumber(1)).await.unwrap(), Some(first.version));
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY DONE\n3 CREATE DONE\n4 CREATE DONE\n");
}

async fn a_repeated_save_gives_the_first_answer(f: &Fixture) {
    let mut new = f.new_stack("web");
    new.version.idempotency = Some(key("k", "sha256:1"));
    let first = f.stacks.create(new.clone()).await.unwrap();
    // A client that repeats a request sends new ids.
    let mut again = f.new_stack("web");
    again.version.idempotency = Some(key("k", "sha256:1"));
    let second = f.stacks.create(again).await.unwrap();
    assert!(second.replayed);
    assert_eq!(
        (&second.stack, &second.version, &second.command),
        (&first.stack, &first.version, &first.command)
    );

    let mut version = f.new_version();
    version.idempotency = Some(key("v", "sha256:2"));
    let third = f.stacks.add_version(first.stack.id, IfMatch::Any, version.clone()).await.unwrap();
    let stale = IfMatch::Exactly(first.stack.revision());
    let fourth = f.stacks.add_version(first.stack.id, stale, version).await.unwrap();
    assert!(fourth.replayed, "a repeat is answered before the precondition is looked at");
    assert_eq!(fourth.version, third.version);
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 UPDATE DONE\n");
}

async fn a_key_used_for_something_else_saves_nothing(f: &Fixture) {
    let mut new = f.new_stack("web");
    new.version.idempotency = Some(key("k", "sha256:1"));
    let stack = f.stacks.create(new).await.unwrap().stack;
    let mut other = f.new_stack("db");
    other.version.idempotency = Some(key("k", "sha256:2"));
    assert!(matches!(f.stacks.create(other.clone()).await, Err(SaveError::IdempotencyMismatch)));
    let mut version = f.new_version();
    version.idempotency = Some(key("k", "sha256:2"));
    let refused = f.stacks.add_version(stack.id, IfMatch::Any, version.clone()).await;
    assert!(matches!(refused, Err(SaveError::IdempotencyMismatch)));
    // Enqueueing uses the same kind of key.
    let mut command = f.new_apply(stack.id);
    command.idempotency = Some(key("q", "sha256:3"));
    f.queue.enqueue(command).await.unwrap();
    version.idempotency = Some(key("q", "sha256:3"));
    let refused = f.stacks.add_version(stack.id, IfMatch::Any, version).await;
    assert!(matches!(refused, Err(SaveError::IdempotencyMismatch)));
    // The same key of another person is a different key.
    other.version.author = Actor::from_stored("bob");
    f.stacks.create(other).await.unwrap();
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY PENDING\n3 CREATE DONE\n");
}

async fn a_repeated_save_is_answered_after_the_stack_is_gone(f: &Fixture) {
    let mut new = f.new_stack("web");
    new.version.idempotency = Some(key("k", "sha256:1"));
    let first = f.stacks.create(new.clone()).await.unwrap();
    delete(f, first.stack.id).await;
    let again = f.stacks.create(new).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.command, first.command);
    assert_eq!(again.stack.deleted_at, Some(at(3)));
}

async fn stacks_are_listed_by_name_in_pages(f: &Fixture) {
    for name in ["web", "db", "a-b", "a", "a_b"] {
        f.stack(name).await;
    }
    let gone = f.stack("gone").await;
    delete(f, gone.stack.id).await;
    let mut filter = StackFilter { limit: 2, ..StackFilter::default() };
    let mut pages = Vec::new();
    loop {
        let page = f.stacks.list(&filter).await.unwrap();
        let names: Vec<_> = page.items.iter().map(|stack| stack.name.to_string()).collect();
        filter.after = page.items.last().map(|stack| stack.name.clone());
        pages.push(names.join(" "));
        if !page.more {
            break;
        }
    }
    assert_eq!(pages, ["a a-b", "a_b db", "web"]);

    let by_name = |name: &str| StackFilter { name: name.parse().ok(), after: None, limit: 5 };
    assert_eq!(f.stacks.list(&by_name("db")).await.unwrap().items.len(), 1);
    assert_eq!(f.stacks.list(&by_name("gone")).await.unwrap().items.len(), 0);
}

async fn versions_are_listed_newest_first_in_pages(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    f.stack("other").await;
    for _ in 0..4 {
        f.stacks.add_version(stack, IfMatch::Any, f.new_version()).await.unwrap();
    }
    let mut pages = Vec::new();
    let mut before = None;
    loop {
        let page = f.stacks.list_versions(stack, before, 2).await.unwrap();
        let numbers: Vec<_> = page.items.iter().map(|version| version.version.to_string()).collect();
        before = page.items.last().map(|version| version.version);
        pages.push(numbers.join(" "));
        if !page.more {
            break;
        }
    }
    assert_eq!(pages, ["5 4", "3 2", "1"]);
    let nobody = f.stacks.list_versions(StackId(f.id()), None, 2).await.unwrap();
    assert!(nobody.items.is_empty() && !nobody.more);
}

async fn the_last_release_is_found_by_stack_and_by_version(f: &Fixture) {
    let stack = f.stack("web").await.stack.id;
    f.stacks.add_version(stack, IfMatch::Any, f.new_version()).await.unwrap();
    assert_eq!(f.stacks.last_release(stack, None).await.unwrap(), None);
    let lease = f.lease(1).await;
    let mut made = Vec::new();
    for (second, version) in [(2, 1), (3, 2), (4, 1)] {
        let command = f.apply(stack).await;
        let release = release(stack, version, command.id, second);
        made.push(release.clone());
        let change = StackChange {
            current_version: Some(VersionNumber(version)),
            release: Some(release),
            ..StackChange::default()
        };
        f.run(&lease, second, done_with(change)).await;
    }
    let last = |version: Option<u32>| f.stacks.last_release(stack, version.map(VersionNumber));
    assert_eq!(last(None).await.unwrap().as_ref(), Some(&made[2]));
    assert_eq!(last(Some(1)).await.unwrap().as_ref(), Some(&made[2]));
    assert_eq!(last(Some(2)).await.unwrap().as_ref(), Some(&made[1]));
    assert_eq!(last(Some(3)).await.unwrap(), None);
    let revision = f.stacks.find(stack).await.unwrap().unwrap().revision();
    assert_eq!(revision, Revision { current_version: Some(VersionNumber(1)), ..revision });
}

async fn stopped_runs_are_kept(f: &Fixture) {
    let before = f.stack("web").await.stack;
    f.apply(before.id).await;
    // More precise than a millisecond: the engine's own clock, which must not be rounded.
    let started_at = "2026-01-26T10:00:00.123456789Z".parse().map(core_monitor_domain::time::Timestamp);
    let run = RunId { container: "c0ffee".into(), started_at: started_at.unwrap() };
    let change = StackChange { stopped_runs: Some(vec![run.clone()]), ..StackChange::default() };
    let lease = f.lease(2).await;
    f.run(&lease, 2, done_with(change)).await;
    let stack = f.stacks.find(before.id).await.unwrap().unwrap();
    assert_eq!(stack.stopped_runs, [run]);
    assert_eq!(stack.updated_at, before.updated_at, "neither definition nor applied version changed");
    f.apply(before.id).await;
    f.run(&lease, 3, done_with(StackChange::default())).await;
    let stack = f.stacks.find(before.id).await.unwrap().unwrap();
    assert_eq!(stack.stopped_runs.len(), 1, "a command that says nothing of them leaves them");
}

async fn a_refused_save_leaves_nothing_behind(f: &Fixture) {
    let first = f.stack("web").await;
    let (queue, record) = (f.queue().await, f.record().await);
    let mut twin = f.new_stack("other");
    twin.version.command_id = first.command.id;
    let id = twin.id;
    assert!(matches!(f.stacks.create(twin).await, Err(SaveError::Store(_))));
    assert_eq!(f.stacks.find_with_deleted(id).await.unwrap(), None);
    let mut version = f.new_version();
    version.command_id = first.command.id;
    let refused = f.stacks.add_version(first.stack.id, IfMatch::Any, version).await;
    assert!(matches!(refused, Err(SaveError::Store(_))));
    assert_eq!(f.stacks.find(first.stack.id).await.unwrap(), Some(first.stack));
    assert_eq!((f.queue().await, f.record().await), (queue, record));
    let next = f.stack("other").await.command.seq;
    assert_eq!(next.0, 2, "what was refused used up no place in the queue");
}

/// Two compose files, text, binary, an executable, an empty file, and variables.
fn folder() -> Source {
    let mut source = Source::single("compose.yaml", "services: {}");
    source.compose_files.push("compose.override.yaml".to_owned());
    let mut add = |path: &str, file: SourceFile| source.files.insert(path.to_owned(), file);
    add("compose.override.yaml", "services: {a: {image: x}}".into());
    add("app/run.sh", SourceFile::new(*b"#!/bin/sh\n", true));
    add("app/logo.png", vec![0x89, 0, 0xff, b'\n'].into());
    add("app/copy.png", vec![0x89, 0, 0xff, b'\n'].into());
    add("empty", "".into());
    add("na\u{ef}ve/\u{1f433} 'quoted'.txt", "text".into());
    source.variables.insert("TAG".to_owned(), "1".to_owned());
    source
}

async fn files_are_kept_byte_by_byte_with_their_version(f: &Fixture) {
    let mut new = f.new_stack("web");
    new.version.source = folder();
    let source = folder();
    let saved = f.stacks.create(new).await.unwrap();
    let (id, first, second) = (saved.stack.id, VersionNumber(1), VersionNumber(2));
    assert_eq!(saved.version.compose_files, ["compose.yaml", "compose.override.yaml"]);
    assert_eq!(saved.version.variables, source.variables);
    assert_eq!(saved.version.content_hash, source.content_hash());
    assert_eq!(f.stacks.list_files(id, first).await.unwrap(), source.entries());
    for (path, file) in &source.files {
        assert_eq!(f.stacks.read_file(id, first, path).await.unwrap().as_ref(), Some(file), "{path}");
    }
    assert_eq!(f.stacks.read_file(id, first, "app").await.unwrap(), None, "a folder is no file");

    let mut next = f.new_version();
    next.source = folder();
    next.source.files.remove("empty");
    next.source.files.insert("app/run.sh".to_owned(), SourceFile::new(*b"#!/bin/sh\n", false));
    let changed = next.source.clone();
    f.stacks.add_version(id, IfMatch::Any, next).await.unwrap();
    assert_eq!(f.stacks.list_files(id, second).await.unwrap(), changed.entries());
    assert_eq!(f.stacks.list_files(id, first).await.unwrap(), source.entries(), "immutable");

    let nothing = f.stacks.list_files(id, VersionNumber(3)).await.unwrap();
    assert_eq!(nothing, []);
    assert_eq!(f.stacks.list_files(StackId(f.id()), first).await.unwrap(), []);
    assert_eq!(f.stacks.read_file(id, second, "empty").await.unwrap(), None);

    // A rejected version does not leave files behind either.
    let mut twin = f.new_stack("other");
    twin.version.command_id = saved.command.id;
    let twin_id = twin.id;
    f.stacks.create(twin).await.unwrap_err();
    assert_eq!(f.stacks.list_files(twin_id, first).await.unwrap(), []);
}

async fn a_version_may_use_more_objects_than_one_statement_takes(f: &Fixture) {
    let volumes: Vec<_> = (0..17_000).map(|n| format!(r#""v{n}": {{"name": "volume-{n}"}}"#)).collect();
    let model = format!(r#"{{"name": "demo", "services": {{}}, "volumes": {{{}}}}}"#, volumes.join(", "));
    let mut new = f.new_stack("web");
    new.version.model = serde_json::from_str(&model).unwrap();
    let saved = f.stacks.create(new).await.unwrap();
    let mut next = f.new_version();
    next.model = serde_json::from_str(&model.replace("volume-", "other-")).unwrap();
    assert!(f.stacks.add_version(saved.stack.id, IfMatch::Any, next).await.is_ok());
}

fn secret(name: &str, fingerprint: &str) -> SecretRef {
    SecretRef { name: name.parse().unwrap(), fingerprint: fingerprint.into() }
}

fn sealed(byte: u8) -> SealedSecret {
    SealedSecret { key_id: "k".to_owned(), bytes: vec![byte; 60] }
}

async fn secrets_are_kept_sealed_and_once_per_value(f: &Fixture) {
    let given = |reference: &SecretRef, byte| VersionSecret {
        reference: reference.clone(),
        sealed: Some(sealed(byte)),
        from: None,
        set_in: None,
    };
    let (first, second) = (secret("A", "01"), secret("A", "02"));
    let mut new = f.new_stack("web");
    new.version.secrets = vec![given(&first, 1), given(&secret("B", "01"), 2)];
    let saved = f.stacks.create(new).await.unwrap();
    let id = saved.stack.id;
    let uses = |version: &StackVersion| {
        let text = |(name, used): (&SecretName, &SecretUse)| {
            format!("{name} {} since {}", used.fingerprint, used.set_in)
        };
        version.secrets.iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(uses(&saved.version), ["A 01 since 1", "B 01 since 1"]);
    assert_eq!(f.stacks.find_version(id, VersionNumber(1)).await.unwrap(), Some(saved.version));

    // A new value of one, the other kept.
    let kept = VersionSecret { sealed: None, set_in: Some(VersionNumber(1)), ..given(&secret("B", "01"), 0) };
    let mut next = f.new_version();
    next.secrets = vec![given(&second, 3), kept];
    let rotated = f.stacks.add_version(id, IfMatch::Any, next).await.unwrap();
    assert_eq!(uses(&rotated.version), ["A 02 since 2", "B 01 since 1"]);
    // The first value again: what was stored for it stays.
    let mut back = f.new_version();
    back.secrets = vec![given(&first, 9)];
    let back = f.stacks.add_version(id, IfMatch::Any, back).await.unwrap();
    assert_eq!(uses(&back.version), ["A 01 since 3"]);

    let find = async |reference: &SecretRef| f.stacks.sealed_secret(id, reference).await.unwrap();
    assert_eq!(find(&first).await, Some(sealed(1)));
    assert_eq!(find(&second).await, Some(sealed(3)));
    assert_eq!(find(&secret("B", "01")).await, Some(sealed(2)));
    assert_eq!(find(&secret("B", "02")).await, None);
    let all = f.stacks.sealed_secrets(id).await.unwrap();
    let expected = [(first.clone(), sealed(1)), (second, sealed(3)), (secret("B", "01"), sealed(2))];
    assert_eq!(all, expected, "those of every version");
    let other = f.stack("other").await.stack.id;
    assert_eq!(f.stacks.sealed_secrets(other).await.unwrap(), []);
    assert_eq!(f.stacks.sealed_secret(other, &first).await.unwrap(), None, "secrets belong to a stack");
}

async fn a_version_is_based_on_the_one_whose_secrets_it_keeps(f: &Fixture) {
    let id = f.stack("web").await.stack.id;
    let based_on = |version| NewVersion { based_on: Some(VersionNumber(version)), ..f.new_version() };
    f.stacks.add_version(id, IfMatch::Any, based_on(1)).await.unwrap();
    let late = f.stacks.add_version(id, IfMatch::Any, based_on(1)).await;
    assert!(matches!(late, Err(SaveError::PreconditionFailed { .. })), "{late:?}");
    f.stacks.add_version(id, IfMatch::Any, based_on(2)).await.unwrap();
}
