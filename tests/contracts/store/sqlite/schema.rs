//! The schema rejects invalid states, whoever writes them.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{CommandKind, CommandStatus, PowerChange, Transition};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::{IfMatch, NewVersion, SealedSecret, StackChange, StoredRegistry};

use super::{check_refused, run, shell};
use crate::deployments::artifacts;
use crate::fixture::{Fixture, ann, at, done_with, failed, release};

/// A command brought into `status` by allowed transitions, in a new database.
async fn command_in(status: CommandStatus) -> Fixture {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    match status {
        CommandStatus::Pending => {}
        CommandStatus::Running => {
            f.claim(&lease, 2).await;
        }
        CommandStatus::Done => {
            f.run(&lease, 2, crate::fixture::done()).await;
        }
        CommandStatus::Failed => {
            f.run(&lease, 2, failed()).await;
        }
        CommandStatus::Cancelled => {
            f.queue.cancel(command.id, &Actor::from_stored("bob"), at(2)).await.unwrap();
        }
    }
    f
}

#[tokio::test]
async fn of_all_25_changes_of_status_only_the_transitions_pass() {
    for from in CommandStatus::ALL {
        for to in CommandStatus::ALL {
            let f = command_in(from).await;
            let db = shell(&f).await;
            // Every other rule is met, so that an error can only concern the transition itself.
            let over = if to.is_settled() { "9" } else { "NULL" };
            let sql = format!(
                "UPDATE command SET status = '{to}', finished_at = {over}, started_at = 1, fence = 1,
                                    claimed_by = 'w', failure = '{{}}'
                 WHERE seq = 2"
            );
            let answer = run(&db, &sql).await;
            assert_eq!(answer.is_ok(), Transition::is_allowed(from, to), "{from} -> {to}: {answer:?}");
        }
    }
}

/// A command set to `RUNNING` directly, meeting every other rule.
async fn start(f: &Fixture, seq: i64) -> Result<(), String> {
    let sql = format!(
        "UPDATE command SET status = 'RUNNING', started_at = 1, fence = 1, claimed_by = 'w' WHERE seq = {seq}"
    );
    run(&shell(f).await, &sql).await.map(drop)
}

#[tokio::test]
async fn only_the_head_of_a_lane_starts() {
    for status in [CommandStatus::Pending, CommandStatus::Running, CommandStatus::Failed] {
        let f = command_in(status).await;
        let other = f.stack("db").await.stack.id;
        let behind = f.apply(other).await.seq.0;
        let refusal = start(&f, behind).await.unwrap_err();
        assert!(refusal.contains("only the head of a lane starts"), "{status}: {refusal}");
        // Another lane is not blocked, whatever its sequence numbers.
        let wake = f.power(other, PowerChange::wake()).await.seq.0;
        let later = f.power(other, PowerChange::wake()).await.seq.0;
        assert!(start(&f, later).await.unwrap_err().contains("only the head of a lane starts"));
        start(&f, wake).await.unwrap();
    }
}

#[tokio::test]
async fn at_most_one_command_of_a_lane_and_of_a_stack_runs() {
    let f = command_in(CommandStatus::Running).await;
    let stack = f.stacks.find_by_name(&"web".parse().unwrap()).await.unwrap().unwrap().id;
    let wake = f.power(stack, PowerChange::wake()).await.seq.0;
    let refusal = start(&f, wake).await.unwrap_err();
    assert!(refusal.contains("another command of the stack is running"), "{refusal}");
    // Without the triggers, the indexes still apply.
    let db = shell(&f).await;
    run(&db, "DROP TRIGGER command_runs_alone").await.unwrap();
    let refusal = start(&f, wake).await.unwrap_err();
    assert!(refusal.contains("one_running_of_stack") || refusal.contains("command.stack_id"), "{refusal}");
    let behind = f.apply(stack).await.seq.0;
    run(&db, "DROP TRIGGER command_starts_at_head").await.unwrap();
    run(&db, "DROP INDEX one_running_of_stack").await.unwrap();
    let refusal = start(&f, behind).await.unwrap_err();
    assert!(refusal.contains("one_running") || refusal.contains("command.lane"), "{refusal}");
}

#[tokio::test]
async fn a_lane_follows_from_the_kind_and_the_stack() {
    let f = command_in(CommandStatus::Pending).await;
    let insert = |kind: &str, lane: &str| {
        format!(
            "INSERT INTO command (command_id, stack_id, lane, kind, payload, status, principal, created_at)
             SELECT 'x', stack_id, {lane}, '{kind}', '{{}}', 'PENDING', 'eve', 1 FROM stack WHERE deleted_at IS NULL"
        )
    };
    let wrong = [
        insert("WAKE", "'writes'"),
        insert("APPLY", "'power/' || stack_id"),
        insert("SLEEP", "'power/somebody-else'"),
        "UPDATE command SET lane = 'power/' || stack_id WHERE seq = 2".to_owned(),
    ];
    let wrong: Vec<_> = wrong.iter().map(|sql| (sql.as_str(), "CHECK constraint failed")).collect();
    check_refused(&f, &wrong).await;
    run(&shell(&f).await, &insert("WAKE", "'power/' || stack_id")).await.unwrap();
}

#[tokio::test]
async fn history_cannot_be_changed() {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack.id;
    let version = NewVersion { artifacts: artifacts(), ..f.new_version() };
    f.stacks.add_version(stack, IfMatch::Any, version).await.unwrap();
    let command = f.apply(stack).await;
    let lease = f.lease(1).await;
    let change = StackChange {
        current_version: Some(VersionNumber(1)),
        release: Some(release(stack, 1, command.id, 2)),
        ..StackChange::default()
    };
    f.run(&lease, 2, done_with(change)).await;
    let sealed = SealedSecret { key_id: "key".to_owned(), bytes: vec![1; 48] };
    let registry = StoredRegistry { host: "docker.io".parse().unwrap(), sealed, updated_at: at(3) };
    f.registries.put(&registry, &ann()).await.unwrap();
    let secret = "INSERT INTO stack_secret SELECT stack_id, 'A', '01', 'key', zeroblob(48), 1 FROM stack WHERE deleted_at IS NULL";
    run(&shell(&f).await, secret).await.unwrap();
    let before = (f.queue().await, f.record().await);
    check_refused(
        &f,
        &[
            ("UPDATE stack_version SET model = '{}'", "a stack version is immutable"),
            ("UPDATE blob SET bytes = x'00'", "the content of a file is immutable"),
            ("DELETE FROM blob", "the content of a file is immutable"),
            ("UPDATE version_artifact SET size = 1", "the artifacts of a stack version are immutable"),
            ("DELETE FROM version_artifact", "the artifacts of a stack version are immutable"),
            (
                "INSERT INTO version_artifact
                 SELECT stack_id, version, 'web', 'late', digest, 1, 'a', 'file', '[]' FROM version_artifact",
                "the artifacts of a stack version are immutable",
            ),
            ("UPDATE stack_file SET executable = 1", "the files of a stack version are immutable"),
            ("DELETE FROM stack_file", "the files of a stack version are immutable"),
            (
                "INSERT INTO stack_file (stack_id, version, path, hash, executable)
                 SELECT stack_id, version, 'late', hash, 0 FROM stack_file",
                "the files of a stack version are immutable",
            ),
            (
                "INSERT INTO stack_file (stack_id, version, path, hash, executable)
                 SELECT stack_id, 99, 'early', hash, 0 FROM stack_file LIMIT 1",
                "FOREIGN KEY constraint failed",
            ),
            ("DELETE FROM stack_version", "a stack version is immutable"),
            ("UPDATE stack_secret SET sealed = randomblob(48)", "a secret is immutable"),
            ("DELETE FROM stack_secret", "a secret is immutable"),
            (
                "INSERT INTO stack_secret SELECT stack_id, 'B', '01', 'key', x'00', 1 FROM stack WHERE deleted_at IS NULL",
                "CHECK constraint failed",
            ),
            ("UPDATE release SET images = '{}'", "a release is immutable"),
            ("DELETE FROM release", "a release is immutable"),
            ("UPDATE command_event SET actor = 'nobody'", "the record is append-only"),
            ("DELETE FROM command_event", "the record is append-only"),
            ("UPDATE audit SET actor = 'nobody'", "the audit is append-only"),
            ("DELETE FROM audit", "the audit is append-only"),
            (
                "INSERT INTO audit (at, actor, action, resource, change) VALUES (1, '', 'a', 'b', 'created')",
                "CHECK constraint failed",
            ),
            (
                "INSERT INTO audit (at, actor, action, resource, change) VALUES (1, 'a', 'a', 'b', 'lost')",
                "CHECK constraint failed",
            ),
            ("DELETE FROM command", "a command is never removed"),
            ("UPDATE command SET payload = '{}'", "a command"),
            ("UPDATE command SET attempt = 0 WHERE seq = 3", "a command that is over does not change"),
            ("DELETE FROM stack WHERE deleted_at IS NULL", "a stack is never removed"),
            ("UPDATE stack SET name = 'db'", "the identity of a stack does not change"),
            ("UPDATE stack SET current_version = 3", "CHECK constraint failed"),
            (
                "UPDATE stack SET on_failure = 'rollback'",
                "every change of the settings of a stack is counted",
            ),
            (
                r#"UPDATE stack SET labels = '{"team":"x"}'"#,
                "every change of the settings of a stack is counted",
            ),
            ("UPDATE stack SET labels = 'x', settings_changes = 1", "CHECK constraint failed"),
            ("UPDATE stack SET labels = '[]', settings_changes = 1", "CHECK constraint failed"),
            ("UPDATE stack SET settings_changes = -1", "every change of the settings of a stack is counted"),
            ("UPDATE stack SET on_failure = 'explode', settings_changes = 1", "CHECK constraint failed"),
            ("UPDATE worker_lease SET epoch = 0", "the epoch of the lease never goes back"),
            ("DELETE FROM worker_lease", "the epoch of the lease never goes back"),
            ("UPDATE command_total SET kind = 'APPLY'", "a total never goes back"),
        ],
    )
    .await;
    assert_eq!((f.queue().await, f.record().await), before);
}

#[tokio::test]
async fn a_command_keeps_what_was_asked() {
    let f = command_in(CommandStatus::Pending).await;
    check_refused(
        &f,
        &[
            ("UPDATE command SET seq = 9 WHERE seq = 2", "what a command asks for does not change"),
            ("UPDATE command SET principal = 'bob' WHERE seq = 2", "what a command asks for does not change"),
            ("UPDATE command SET finished_at = 9 WHERE seq = 2", "CHECK constraint failed"),
            ("UPDATE command SET status = 'RUNNING' WHERE seq = 2", "CHECK constraint failed"),
            ("UPDATE command SET status = 'PAUSED' WHERE seq = 2", "illegal transition"),
            (
                "INSERT INTO command (command_id, stack_id, kind, payload, status, principal, created_at, finished_at)
                 SELECT 'x', stack_id, 'APPLY', '{}', 'DONE', 'eve', 1, 1 FROM stack WHERE deleted_at IS NULL",
                "a command enters the queue as PENDING",
            ),
            (
                "INSERT INTO command (command_id, stack_id, kind, payload, status, principal, created_at)
                 VALUES ('x', 'nowhere', 'APPLY', '{}', 'PENDING', 'eve', 1)",
                "FOREIGN KEY constraint failed",
            ),
            ("UPDATE command SET attempt = -1 WHERE seq = 2", "the counts of a command are not negative"),
            ("UPDATE command SET retry = -1 WHERE seq = 2", "the counts of a command are not negative"),
            (
                "INSERT INTO command (command_id, stack_id, kind, payload, status, principal, created_at, retry)
                 SELECT 'x', stack_id, 'APPLY', '{}', 'PENDING', 'eve', 1, -1 FROM stack WHERE deleted_at IS NULL",
                "the counts of a command are not negative",
            ),
            ("UPDATE command SET attempt = 'many' WHERE seq = 2", "cannot store TEXT value in INTEGER column"),
        ],
    )
    .await;
}

#[tokio::test]
async fn only_known_kinds_of_commands_enter() {
    let f = command_in(CommandStatus::Pending).await;
    let db = shell(&f).await;
    let insert = |kind: &str, immediate: bool| {
        let (status, over) = if immediate { ("DONE", "1") } else { ("PENDING", "NULL") };
        format!(
            "INSERT INTO command (command_id, stack_id, lane, kind, payload, status, principal, created_at, finished_at)
             SELECT 'a ' || '{kind}', IIF('{kind}' = 'PRUNE', '00000000-0000-0000-0000-000000000000', stack_id), IIF('{kind}' IN ('WAKE', 'SLEEP'), 'power/' || stack_id, 'writes'),
                    '{kind}', '{{}}', '{status}', 'eve', 1, {over} FROM stack WHERE deleted_at IS NULL"
        )
    };
    for kind in CommandKind::ALL {
        let entered = run(&db, &insert(kind.as_str(), kind.is_immediate())).await;
        assert_eq!(entered, Ok(1), "{kind}");
    }
    for kind in ["EXPLODE", "apply", ""] {
        let refusal = run(&db, &insert(kind, false)).await.expect_err(kind);
        assert!(refusal.contains("there is no such kind of command"), "{kind}: {refusal}");
    }
}

#[tokio::test]
async fn ten_versions_of_a_large_file_cost_one_copy() {
    let f = Fixture::sqlite().await;
    let large: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let mut new = f.new_stack("web");
    new.version.source.files.insert("context.bin".to_owned(), large.clone().into());
    let stack = f.stacks.create(new).await.unwrap().stack.id;
    for _ in 0..9 {
        let mut next = f.new_version();
        next.source.files.insert("context.bin".to_owned(), large.clone().into());
        next.source.files.insert("moved/context.bin".to_owned(), large.clone().into());
        f.stacks.add_version(stack, IfMatch::Any, next).await.unwrap();
    }
    let db = shell(&f).await;
    run(&db, "PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    let size = std::fs::metadata(f.folder.as_ref().unwrap().path().join("core-monitor.db")).unwrap().len();
    assert!((4_000_000..6_000_000).contains(&size), "{size} bytes");
}

#[tokio::test]
async fn a_corrupted_blob_is_not_returned() {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack.id;
    let db = shell(&f).await;
    run(&db, "DROP TRIGGER blob_is_immutable").await.unwrap();
    run(&db, "UPDATE blob SET bytes = x'00'").await.unwrap();
    let refusal = f.stacks.read_file(stack, VersionNumber(1), "compose.yml").await.unwrap_err();
    assert!(refusal.to_string().contains("the content does not match its hash"), "{refusal}");
}
