//! The settings of SQLite that the promises of the queue rest on, and the proof that they took effect.

use std::path::Path;
use std::time::Duration;

use core_monitor_domain::ports::StoreError;
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{ConnectError, Connections};
use crate::sql::{self, Row};

/// The first release without the fault of the write-ahead log that can damage the file when two connections write and
/// checkpoint at the same time (<https://www.sqlite.org/wal.html#walresetbug>). Server and worker do exactly that.
const FIRST_GOOD_LIBRARY: [u32; 3] = [3, 51, 3];
const FIRST_GOOD_LIBRARY_TEXT: &str = "3.51.3";

/// Options of every connection. The file exists already.
pub(super) fn connect_options(path: &Path, busy_timeout: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // Every commit is on the disk before it is acknowledged. NORMAL would lose the newest ones in a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(busy_timeout)
        // The log is cut back to this after a burst instead of keeping its largest size for ever.
        .pragma("journal_size_limit", "67108864")
        .disable_statement_logging()
}

/// Refuses a library that is too old and settings that did not take effect.
pub(super) async fn check(connections: &Connections) -> Result<(), ConnectError> {
    let tx = connections.write().await?;
    check_library(&*tx).await?;
    drop(tx);
    let tx = connections.read().await?;
    check_settings(&tx).await?;
    let tx = connections.write().await?;
    check_settings(&*tx).await
}

async fn check_library(db: &impl ConnectionTrait) -> Result<(), ConnectError> {
    let found = pragma(db, "SELECT sqlite_version() AS value").await?;
    if version(&found) < Some(FIRST_GOOD_LIBRARY) {
        return Err(ConnectError::LibraryTooOld { found, needed: FIRST_GOOD_LIBRARY_TEXT });
    }
    Ok(())
}

/// `None`, which is less than any version, for a text that is none.
fn version(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    let mut next = || parts.next().flatten();
    Some([next()?, next()?, next()?])
}

async fn check_settings(db: &impl ConnectionTrait) -> Result<(), ConnectError> {
    let expected = [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")];
    for (name, needed) in expected {
        let query = format!("SELECT CAST({name} AS TEXT) AS value FROM pragma_{name}");
        let found = pragma(db, &query).await?;
        if found != needed {
            return Err(ConnectError::Setting { pragma: name, found, needed: needed.to_owned() });
        }
    }
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct Setting {
    value: String,
}

impl Row for Setting {
    const TABLE: &'static str = "(a setting)";
}

async fn pragma(db: &impl ConnectionTrait, query: &str) -> Result<String, StoreError> {
    Ok(sql::one::<Setting>(db, query, []).await?.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_versions_compare_by_number() {
        let good = |text: &str| version(text) >= Some(FIRST_GOOD_LIBRARY);
        assert_eq!(["3.51.3", "3.52.0", "4.0.0"].map(good), [true; 3]);
        assert_eq!(["3.51.2", "3.9.9", "3.40.1", "", "3.51", "new"].map(good), [false; 6]);
        assert_eq!(version(FIRST_GOOD_LIBRARY_TEXT), Some(FIRST_GOOD_LIBRARY));
    }
}
