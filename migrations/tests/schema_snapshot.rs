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
