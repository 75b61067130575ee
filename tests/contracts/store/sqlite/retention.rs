//! What the schema refuses to lose, whoever asks.

use super::{run, shell};
use crate::fixture::Fixture;
use crate::retention::{Kept, shown};

#[tokio::test]
async fn nobody_with_a_shell_loses_what_no_file_has() {
    let f = Fixture::sqlite().await;
    let kept = Kept::new(&f);
    let (one, _) = kept.whole_history().await;
    let db = shell(kept.f).await;
    let everything = [
        ("DELETE FROM command_attachment", ""),
        ("DELETE FROM command_event", "append-only"),
        ("DELETE FROM command", ""),
        ("DELETE FROM release", "immutable"),
        ("DELETE FROM audit", "append-only"),
        ("DELETE FROM stack_file", ""),
        ("DELETE FROM blob", ""),
    ];
    for (sql, words) in everything {
        let answer = run(&db, sql).await;
        assert!(answer == Ok(0) || answer.clone().unwrap_err().contains(words), "{sql}: {answer:?}");
    }
    let claims = "INSERT INTO recorded_command (seq, command_id, stack_id, kind, status, created_at, file, first_event, last_event)
                  SELECT seq, command_id, stack_id, kind, status, created_at, 1, 0, 0 FROM command";
    let refusal = run(&db, claims).await.unwrap_err();
    assert!(refusal.contains("only a command that is over is in a record file"), "{refusal}");
    kept.round(600).await;
    let before = shown(&kept.queue(), one).await;
    for sql in [
        "DELETE FROM record_file",
        "DELETE FROM recorded_command",
        "UPDATE record_file SET digest = previous WHERE number = 2",
        "UPDATE recorded_command SET file = 2",
        "UPDATE recorded_command SET here = 2",
        "INSERT OR REPLACE INTO record_file SELECT * FROM record_file",
        "INSERT OR REPLACE INTO recorded_command SELECT * FROM recorded_command",
    ] {
        assert!(run(&db, sql).await.is_err(), "{sql}");
    }
    assert_eq!(shown(&kept.queue(), one).await, before);
}
