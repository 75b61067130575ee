//! `schema.sql` is what the steps add up to.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use core_monitor_migrations::Migrator;
use sea_orm_migration::sea_orm::{ConnectionTrait, Database, Statement};
use sea_orm_migration::{MigratorTrait, SchemaManager};

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql");

/// Tables in the order of the steps, each followed by its indexes and triggers.
const OBJECTS: &str = "
    SELECT sql FROM sqlite_schema AS object
    WHERE sql IS NOT NULL AND tbl_name NOT IN ('seaql_migrations', 'sqlite_sequence')
    ORDER BY (SELECT rowid FROM sqlite_schema WHERE name = object.tbl_name), type <> 'table', rowid";

async fn schema() -> String {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    Migrator::up(&db, None).await.unwrap();
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
    Migrator::up(&db, None).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    assert!(Migrator::get_pending_migrations(&db).await.unwrap().is_empty());
    assert!(SchemaManager::new(&db).has_table("command").await.unwrap());
}

/// What ended before there were totals is in them.
#[tokio::test]
async fn the_totals_begin_with_the_record() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    Migrator::up(&db, Some(8)).await.unwrap();
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
    Migrator::up(&db, None).await.unwrap();
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
