//! What only a real database can be tested for: that its schema rejects invalid states, that it survives being killed,
//! and what it reports when it cannot write.

use core_monitor_store_seaorm::default_url;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

use crate::fixture::Fixture;

mod actors;
mod audit_chain;
mod contention;
mod damage;
mod durability;
mod policy;
mod replacing;
mod retention;
mod rewrites;
mod schema;
mod sealed;
mod templates;
mod worker_lock;

/// A connection outside the ports, like a person with a shell.
async fn shell(f: &Fixture) -> DatabaseConnection {
    let folder = f.folder.as_ref().unwrap().path();
    sea_orm::Database::connect(default_url(folder)).await.unwrap()
}

/// Runs a statement; returns the error message if it is rejected.
async fn run(db: &DatabaseConnection, sql: &str) -> Result<u64, String> {
    match db.execute_unprepared(sql).await {
        Ok(done) => Ok(done.rows_affected()),
        Err(DbErr::Exec(error) | DbErr::Query(error)) => Err(error.to_string()),
        Err(error) => panic!("{error}"),
    }
}

/// Each statement is rejected with these words in the reason.
async fn check_refused(f: &Fixture, statements: &[(&str, &str)]) {
    let db = shell(f).await;
    for (sql, reason) in statements {
        let answer = run(&db, sql).await;
        let refusal = answer.expect_err(sql);
        assert!(refusal.contains(reason), "{sql}: {refusal}");
    }
}
