//! What only a database can be asked: that its schema refuses what must never be, that it survives being killed, and
//! what it says when it cannot write.

use core_monitor_store_seaorm::default_url;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

use crate::fixture::Fixture;

mod contention;
mod durability;
mod rewrites;
mod schema;
mod worker_lock;

/// A connection that knows nothing of the ports: a person with a shell.
async fn shell(f: &Fixture) -> DatabaseConnection {
    let folder = f.folder.as_ref().unwrap().path();
    sea_orm::Database::connect(default_url(folder)).await.unwrap()
}

/// Runs a statement; the words of the refusal if it was refused.
async fn run(db: &DatabaseConnection, sql: &str) -> Result<u64, String> {
    match db.execute_unprepared(sql).await {
        Ok(done) => Ok(done.rows_affected()),
        Err(DbErr::Exec(error) | DbErr::Query(error)) => Err(error.to_string()),
        Err(error) => panic!("{error}"),
    }
}
