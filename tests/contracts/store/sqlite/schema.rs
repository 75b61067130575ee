//! The schema refuses what must never be, whoever asks for it.

use core_monitor_domain::command::{CommandStatus, Transition};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::{IfMatch, StackChange};

use super::{run, shell};
use crate::fixture::{Fixture, at, done_with, failed, release};

/// A command brought into `status` by edges that are allowed, with a fresh database around it.
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
            f.queue.cancel(command.id, "bob", at(2)).await.unwrap();
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
            // Every other rule is obeyed, so that a refusal can only be about the change itself.
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

#[tokio::test]
async fn a_second_command_never_runs() {
    let f = command_in(CommandStatus::Running).await;
    let stack = f.stacks.find_by_name(&"web".parse().unwrap()).await.unwrap().unwrap().id;
    f.apply(stack).await;
    let second =
        "UPDATE command SET status = 'RUNNING', started_at = 1, fence = 1, claimed_by = 'w' WHERE seq = 3";
    let refusal = run(&shell(&f).await, second).await.unwrap_err();
    assert!(refusal.contains("one_running"), "{refusal}");
}

/// Each statement is refused, with these words in the reason.
async fn check_refused(f: &Fixture, statements: &[(&str, &str)]) {
    let db = shell(f).await;
    for (sql, reason) in statements {
        let answer = run(&db, sql).await;
        let refusal = answer.expect_err(sql);
        assert!(refusal.contains(reason), "{sql}: {refusal}");
    }
}

#[tokio::test]
async fn what_is_history_does_not_change() {
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
    let before = (f.queue().await, f.record().await);
    check_refused(
        &f,
        &[
            ("UPDATE stack_version SET model = '{}'", "a stack version is immutable"),
            ("UPDATE blob SET bytes = x'00'", "the content of a file is immutable"),
            ("DELETE FROM blob", "the content of a file is immutable"),
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
            ("UPDATE release SET images = '{}'", "a release is immutable"),
            ("DELETE FROM release", "a release is immutable"),
            ("UPDATE command_event SET actor = 'nobody'", "the record is append-only"),
            ("DELETE FROM command_event", "the record is append-only"),
            ("DELETE FROM command", "a command is never removed"),
            ("UPDATE command SET payload = '{}'", "a command"),
            ("UPDATE command SET attempt = 0 WHERE seq = 3", "a command that is over does not change"),
            ("DELETE FROM stack", "a stack is never removed"),
            ("UPDATE stack SET name = 'db'", "the identity of a stack does not change"),
            ("UPDATE stack SET current_version = 3", "CHECK constraint failed"),
            ("UPDATE worker_lease SET epoch = 0", "the epoch of the lease never goes back"),
            ("DELETE FROM worker_lease", "the epoch of the lease never goes back"),
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
                 SELECT 'x', stack_id, 'APPLY', '{}', 'DONE', 'eve', 1, 1 FROM stack",
                "a command enters the queue as PENDING",
            ),
            (
                "INSERT INTO command (command_id, stack_id, kind, payload, status, principal, created_at)
                 VALUES ('x', 'nowhere', 'APPLY', '{}', 'PENDING', 'eve', 1)",
                "FOREIGN KEY constraint failed",
            ),
            ("UPDATE command SET attempt = 'many' WHERE seq = 2", "cannot store TEXT value in INTEGER column"),
        ],
    )
    .await;
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
async fn a_blob_that_rotted_is_not_handed_out() {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack.id;
    let db = shell(&f).await;
    run(&db, "DROP TRIGGER blob_is_immutable").await.unwrap();
    run(&db, "UPDATE blob SET bytes = x'00'").await.unwrap();
    let refusal = f.stacks.read_file(stack, VersionNumber(1), "compose.yml").await.unwrap_err();
    assert!(refusal.to_string().contains("the bytes have another hash"), "{refusal}");
}
