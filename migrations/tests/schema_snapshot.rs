//! `schema.sql` is what the steps add up to.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use core_monitor_migrations::{MigrationError, migrate, migrate_until, position};
use sea_orm::{ConnectionTrait, Database, Statement};

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql");

/// Tables in the order of the steps, each followed by its indexes and triggers.
const OBJECTS: &str = "
    SELECT sql FROM sqlite_schema AS object
    WHERE sql IS NOT NULL AND tbl_name NOT IN ('seaql_migrations', 'sqlite_sequence')
    ORDER BY (SELECT rowid FROM sqlite_schema WHERE name = object.tbl_name), type <> 'table', rowid";

async fn schema() -> String {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    migrate(&db).await.unwrap();
    let statement = Statement::from_string(db.get_database_backend(), OBJECTS);
    let objects = db.query_all_raw(statement).await.unwrap();
    let mut text = String::from("-- Generated from the steps; see README.md. Do not edit.\n");
    for object in objects {
        let sql: String = object.try_get_by_index(0).unwrap();
        text.push('\n');
        text.push_str(&sql);
        text.push_str(";\n");
    }
    text
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the switch that writes the file anew")]
async fn the_snapshot_is_fresh() {
    let schema = schema().await;
    if std::env::var("UPDATE_GENERATED").is_ok() {
        std::fs::write(SNAPSHOT, &schema).unwrap();
    }
    let stored = std::fs::read_to_string(SNAPSHOT).unwrap_or_default();
    assert_eq!(stored, schema, "run `UPDATE_GENERATED=1 cargo test -p core-monitor-migrations`");
}

#[tokio::test]
async fn taking_the_steps_twice_changes_nothing() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    migrate(&db).await.unwrap();
    migrate(&db).await.unwrap();
    assert_eq!(migrate(&db).await.unwrap(), [""; 0]);
    let found = position(&db).await.unwrap();
    assert!(found.missing.is_empty() && found.unknown.is_empty(), "{found:?}");
}

/// What ended before there were totals is in them.
#[tokio::test]
async fn the_totals_begin_with_the_record() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    migrate_until(&db, 8).await.unwrap();
    let ends = [
        (1, 1_000, "DONE", "NULL"),
        (2, 3_000, "FAILED", "1"),
        (2, 5_500, "DONE", "2"),
        (3, 9_000, "CANCELLED", "NULL"),
    ];
    let mut sql = String::from(
        "INSERT INTO stack VALUES ('s', 'web', NULL, 1, 1, 'alice', 0, 0, NULL, '[]');
         INSERT INTO command (command_id, stack_id, kind, payload, status, principal, created_at, started_at, finished_at)
         VALUES ('1', 's', 'CREATE', '{}', 'DONE', 'alice', 1000, 1000, 1000);
         INSERT INTO command (command_id, stack_id, kind, payload, status, principal, created_at)
         VALUES ('2', 's', 'APPLY', '{}', 'PENDING', 'alice', 1000), ('3', 's', 'APPLY', '{}', 'PENDING', 'alice', 1000);
         UPDATE command SET started_at = 2000 WHERE seq = 2;",
    );
    for (seq, at, kind, epoch) in ends {
        let event = format!(
            "INSERT INTO command_event VALUES (NULL, {seq}, {at}, '{kind}', 'x', {epoch}, 1, '', '', '{{}}');"
        );
        sql.push_str(&event);
    }
    db.execute_unprepared(&sql).await.unwrap();
    migrate(&db).await.unwrap();
    db.execute_unprepared(
        "INSERT INTO command_event VALUES (NULL, 3, 9000, 'CANCELLED', 'x', 3, 1, '', '', '{}');",
    )
    .await
    .unwrap();
    let query =
        "SELECT kind || ' ' || status || ' ' || ended || ' ' || timed || ' ' || millis FROM command_total";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), query)).await.unwrap();
    let totals: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert_eq!(
        totals,
        ["APPLY CANCELLED 2 1 0", "APPLY DONE 1 1 3500", "APPLY FAILED 1 1 1000", "CREATE DONE 1 0 0"]
    );
    for sql in ["UPDATE command_total SET ended = ended - 1", "DELETE FROM command_total"] {
        let refusal = db.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refusal.contains("a total never goes back"), "{refusal}");
    }
}

/// Commands that were accepted before there were lanes are in that of writes, and keep their order in it.
#[tokio::test]
async fn commands_from_before_there_were_lanes_are_writes() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    migrate_until(&db, 9).await.unwrap();
    db.execute_unprepared(
        "INSERT INTO stack VALUES ('s', 'web', NULL, 1, 1, 'alice', 0, 0, NULL, '[]');
         INSERT INTO stack VALUES ('t', 'db', NULL, 1, 1, 'alice', 0, 0, NULL, '[]');
         INSERT INTO command (command_id, stack_id, kind, payload, status, principal, created_at)
         VALUES ('1', 's', 'APPLY', '{}', 'PENDING', 'alice', 1000), ('2', 's', 'APPLY', '{}', 'PENDING', 'alice', 1000),
                ('3', 't', 'APPLY', '{}', 'PENDING', 'alice', 1000);
         UPDATE command SET status = 'RUNNING', fence = 1, claimed_by = 'w', started_at = 1 WHERE seq = 1;",
    )
    .await
    .unwrap();
    migrate(&db).await.unwrap();
    let query = "SELECT seq || ' ' || lane || ' ' || status FROM command ORDER BY seq";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), query)).await.unwrap();
    let lanes: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert_eq!(lanes, ["1 writes RUNNING", "2 writes PENDING", "3 writes PENDING"]);
    // A program of the release before knows no lanes; what it writes is in the right one.
    let old = "INSERT INTO command (command_id, stack_id, kind, payload, status, principal, created_at)
               VALUES ('4', 't', 'STOP', '{}', 'PENDING', 'alice', 2000)";
    db.execute_unprepared(old).await.unwrap();
    let start =
        "UPDATE command SET status = 'RUNNING', fence = 1, claimed_by = 'w', started_at = 1 WHERE seq = 3";
    let refusal = db.execute_unprepared(start).await.unwrap_err().to_string();
    assert!(refusal.contains("only the head of a lane starts"), "{refusal}");
    db.execute_unprepared("UPDATE command SET status = 'DONE', finished_at = 2 WHERE seq = 1").await.unwrap();
    db.execute_unprepared("UPDATE command SET status = 'CANCELLED', finished_at = 2 WHERE seq = 2")
        .await
        .unwrap();
    db.execute_unprepared(start).await.unwrap();
}

/// What was written before there was a chain has no value, and its numbers are not given again.
#[tokio::test]
async fn the_chain_of_the_audit_begins_behind_what_was_there() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    migrate_until(&db, 36).await.unwrap();
    let old = "INSERT INTO audit (at, actor, action, resource, change)
               VALUES (1, 'system:server', 'issue_token', 'token:ci', 'created')";
    for _ in 0..2 {
        db.execute_unprepared(old).await.unwrap();
    }
    assert_eq!(migrate(&db).await.unwrap().first(), Some(&"0043_audit_chain"));
    let head = async || {
        let query = "SELECT concat_ws(' ', coalesce(first_id, '-'), last_id, value) FROM audit_chain";
        let query = Statement::from_string(db.get_database_backend(), query);
        let row = db.query_one_raw(query).await.unwrap().unwrap();
        row.try_get_by_index::<String>(0).unwrap()
    };
    assert_eq!(head().await, format!("- 2 {}", "0".repeat(64)));
    // A program of the release before goes on for a while.
    db.execute_unprepared(old).await.unwrap();
    assert_eq!(head().await, format!("- 3 {}", "0".repeat(64)));
    let value = "ab".repeat(32);
    let new = format!(
        "INSERT INTO audit (audit_id, at, actor, action, resource, change, chain)
         VALUES (4, 1, 'system:server', 'issue_token', 'token:ci', 'created', '{value}')"
    );
    db.execute_unprepared(&new).await.unwrap();
    assert_eq!(head().await, format!("4 4 {value}"));
}

/// The record of another tool, or of the release before, is the one that is read.
#[tokio::test]
async fn a_step_in_the_record_is_not_taken_again() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    assert_eq!(migrate_until(&db, 2).await.unwrap(), ["0001_stacks", "0002_commands"]);
    let found = position(&db).await.unwrap();
    assert_eq!(found.missing.first(), Some(&"0003_releases"));
    assert!(!migrate(&db).await.unwrap().contains(&"0002_commands"));
}

#[tokio::test]
async fn a_database_of_a_newer_release_is_refused_by_name() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    migrate_until(&db, 2).await.unwrap();
    db.execute_unprepared("INSERT INTO seaql_migrations VALUES ('9001_later', 0), ('9002_last', 0)")
        .await
        .unwrap();
    let refusal = migrate(&db).await.unwrap_err();
    assert!(matches!(&refusal, MigrationError::Newer { steps } if steps.len() == 2), "{refusal:?}");
    assert_eq!(
        refusal.to_string(),
        "a newer release has used the database: this one does not know `9001_later` and `9002_last`"
    );
    assert_eq!(position(&db).await.unwrap().missing.first(), Some(&"0003_releases"), "nothing was changed");
}
