//! `OR REPLACE` removes the rows that are in the way without asking the triggers on DELETE.

use core_monitor_domain::command::PowerChange;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::{IfMatch, NewCommand, SealedSecret, StackChange, StoredRegistry};

use super::{check_refused, run, shell};
use crate::fixture::{Fixture, ann, at, done_with, failed, key, release};

/// A store with a row in every table that keeps its rows.
async fn full() -> Fixture {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack.id;
    f.stacks.add_version(stack, IfMatch::Any, f.new_version()).await.unwrap();
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let change = StackChange {
        current_version: Some(VersionNumber(1)),
        release: Some(release(stack, 1, command.id, 2)),
        ..StackChange::default()
    };
    f.run(&lease, 2, done_with(change)).await;
    let keyed = NewCommand { idempotency: Some(key("k", "sha256:0")), ..f.new_apply(stack) };
    f.queue.enqueue(keyed).await.unwrap();
    f.run(&lease, 3, failed()).await;
    let sealed = SealedSecret { key_id: "key".to_owned(), bytes: vec![1; 48] };
    let registry = StoredRegistry { host: "docker.io".parse().unwrap(), sealed, updated_at: at(3) };
    f.registries.put(&registry, &ann()).await.unwrap();
    let db = shell(&f).await;
    for sql in [
        "INSERT INTO command_attachment SELECT MAX(event_id), '{}' FROM command_event",
        "INSERT INTO adoption SELECT stack_id, 1, '[]', '[]', '[]' FROM stack WHERE deleted_at IS NULL",
        "INSERT INTO plan SELECT 'p', stack_id, 1, 'ann', 1, 1, '{}', NULL FROM stack WHERE deleted_at IS NULL",
        "INSERT INTO stack_secret SELECT stack_id, 'A', '01', 'key', zeroblob(48), 1 FROM stack WHERE deleted_at IS NULL",
    ] {
        run(&db, sql).await.unwrap();
    }
    f
}

/// Every row that is kept, as text.
async fn rows(f: &Fixture) -> Vec<String> {
    use sea_orm::{ConnectionTrait, Statement};
    let db = shell(f).await;
    let mut all = Vec::new();
    for (table, columns) in [
        ("audit", "audit_id, at, actor"),
        ("command_event", "event_id, seq, actor, detail"),
        ("command_attachment", "event_id, content"),
        ("command", "seq, command_id, status, principal, payload"),
        ("stack", "stack_id, name"),
        ("stack_version", "stack_id, version, author"),
        ("blob", "hash, hex(bytes)"),
        ("release", "release_id, images"),
        ("adoption", "stack_id, containers"),
        ("plan", "plan_id, author"),
        ("stack_secret", "stack_id, name, hex(sealed)"),
        ("worker_lease", "holder, epoch"),
    ] {
        let query = format!("SELECT concat_ws('|', '{table}', {columns}) FROM {table} ORDER BY 1");
        let found = db.query_all_raw(Statement::from_string(db.get_database_backend(), query)).await.unwrap();
        assert!(!found.is_empty(), "{table} has no row to replace");
        all.extend(found.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()));
    }
    all
}

#[tokio::test]
async fn a_kept_row_cannot_be_replaced() {
    let f = full().await;
    let before = rows(&f).await;
    check_refused(
        &f,
        &[
            (
                "INSERT OR REPLACE INTO audit (audit_id, at, actor, action, resource, change)
                 SELECT audit_id, at, 'nobody', action, resource, change FROM audit",
                "the audit is append-only",
            ),
            (
                "INSERT OR REPLACE INTO command_event
                 SELECT event_id, seq, at, kind, 'nobody', epoch, attempt, op, target, detail FROM command_event",
                "the record is append-only",
            ),
            (
                "INSERT OR REPLACE INTO command_attachment SELECT event_id, 'null' FROM command_attachment",
                "the record is append-only",
            ),
            (
                "INSERT OR REPLACE INTO command (seq, command_id, stack_id, kind, payload, status, principal, created_at)
                 SELECT seq, 'other', stack_id, 'STOP', '{}', 'PENDING', 'eve', 1 FROM command WHERE seq = 3",
                "a command is never removed",
            ),
            (
                "INSERT OR REPLACE INTO command (command_id, stack_id, kind, payload, status, principal, created_at)
                 SELECT command_id, stack_id, 'STOP', '{}', 'PENDING', 'eve', 1 FROM command WHERE seq = 3",
                "a command is never removed",
            ),
            (
                "INSERT OR REPLACE INTO command
                     (command_id, stack_id, kind, payload, status, principal, created_at, idem_key, idem_fingerprint)
                 SELECT 'other', stack_id, 'STOP', '{}', 'PENDING', principal, 1, idem_key, 'x'
                 FROM command WHERE idem_key IS NOT NULL",
                "a command is never removed",
            ),
            (
                "INSERT OR REPLACE INTO stack (stack_id, name, latest_version, last_seq, created_by, created_at, updated_at)
                 SELECT stack_id, 'other', 1, 1, 'eve', 1, 1 FROM stack WHERE deleted_at IS NULL",
                "a stack is never removed, only marked deleted",
            ),
            (
                "INSERT OR REPLACE INTO stack (stack_id, name, latest_version, last_seq, created_by, created_at, updated_at)
                 SELECT 'other', name, 1, 1, 'eve', 1, 1 FROM stack WHERE deleted_at IS NULL",
                "a stack is never removed, only marked deleted",
            ),
            (
                "INSERT OR REPLACE INTO stack_version
                 SELECT stack_id, version, parent_version, 'eve', created_at, comment, compose_files, variables,
                        content_hash, model, warnings, secrets FROM stack_version WHERE content_hash <> ''",
                "a stack version is immutable",
            ),
            (
                "INSERT OR REPLACE INTO stack_secret
                 SELECT stack_id, name, fingerprint, key_id, randomblob(48), created_at FROM stack_secret",
                "a secret is immutable",
            ),
            ("INSERT OR REPLACE INTO blob SELECT hash, x'00' FROM blob", "the content of a file is immutable"),
            (
                "INSERT OR REPLACE INTO release
                 SELECT release_id, stack_id, version, command_id, at, '{}', containers FROM release",
                "a release is immutable",
            ),
            (
                "INSERT OR REPLACE INTO release
                 SELECT NULL, stack_id, version, command_id, at, '{}', containers FROM release",
                "a release is immutable",
            ),
            (
                "INSERT OR REPLACE INTO adoption SELECT stack_id, version, '[1]', networks, volumes FROM adoption",
                "an adoption is immutable",
            ),
            (
                "INSERT OR REPLACE INTO plan
                 SELECT plan_id, stack_id, version, 'eve', created_at, observed_at, record, packed FROM plan",
                "a plan is immutable",
            ),
            (
                "INSERT OR REPLACE INTO worker_lease SELECT id, 'eve', 1, expires_at FROM worker_lease",
                "the epoch of the lease never goes back",
            ),
        ],
    )
    .await;
    assert_eq!(rows(&f).await, before);
}

#[tokio::test]
async fn a_running_command_is_not_replaced_by_the_one_that_starts() {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack.id;
    f.apply(stack).await;
    f.claim(&f.lease(1).await, 2).await;
    let wake = f.power(stack, PowerChange::wake()).await.seq;
    let start = format!(
        "UPDATE OR REPLACE command SET status = 'RUNNING', started_at = 1, fence = 1, claimed_by = 'w' WHERE seq = {wake}"
    );
    check_refused(&f, &[(&start, "another command of the stack is running")]).await;
    assert_eq!(f.queue().await, "1 CREATE DONE\n2 APPLY RUNNING\n3 WAKE PENDING\n");
}

#[tokio::test]
async fn a_deleted_stack_does_not_take_its_name_back() {
    let f = Fixture::sqlite().await;
    let old = f.stack("web").await.stack.id;
    let db = shell(&f).await;
    run(&db, "UPDATE stack SET deleted_at = 5").await.unwrap();
    let new = f.stack("web").await.stack.id;
    let statement = "UPDATE OR REPLACE stack SET deleted_at = NULL WHERE deleted_at IS NOT NULL";
    check_refused(&f, &[(statement, "a deleted stack does not come back")]).await;
    assert_ne!(old, new);
    assert_eq!(f.stacks.find_by_name(&"web".parse().unwrap()).await.unwrap().unwrap().id, new);
}
