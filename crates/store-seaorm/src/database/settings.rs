//! The SQLite settings that durability depends on, and checks that they took effect.

use std::path::Path;
use std::time::Duration;

use core_monitor_domain::ports::StoreError;
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectionTrait, Statement};

use super::{ConnectError, Connections};
use crate::store_error::store_error;

/// The first release without the bug in the write-ahead log that can corrupt the file when two connections write and
/// checkpoint at the same time (<https://www.sqlite.org/wal.html#walresetbug>). Server and worker do exactly that.
const FIRST_GOOD_LIBRARY: [u32; 3] = [3, 51, 3];
const FIRST_GOOD_LIBRARY_TEXT: &str = "3.51.3";

/// The commit that makes the log this many pages long copies it into the file, so that the next one can begin it anew.
const LOG_PAGES: &str = "1000";

/// What remains of the log's file when it begins anew: room for `LOG_PAGES`, which it needs again and again anyway. One
/// large commit, such as an archive of 64 MiB, makes it as large; without the limit it would keep that size for ever, and on a
/// small disk take the space that the next commit needs.
const LOG_BYTES: &str = "4194304";

/// Large sorts, as for a new index, stay in memory: the containers have no folder in which files could be made, and what is
/// sorted there may be secret.
pub(super) const TEMPORARY: &str = "MEMORY";

/// Options of every connection. The file exists already.
pub(super) fn connect_options(path: &Path, busy_timeout: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // Every commit is on disk before it is acknowledged. NORMAL would lose the latest commits in a power failure.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(busy_timeout)
        .pragma("wal_autocheckpoint", LOG_PAGES)
        .pragma("journal_size_limit", LOG_BYTES)
        .pragma("temp_store", TEMPORARY)
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

/// `None`, which is less than any version, for text that is not a version.
fn version(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    let mut next = || parts.next().flatten();
    Some([next()?, next()?, next()?])
}

async fn check_settings(db: &impl ConnectionTrait) -> Result<(), ConnectError> {
    let expected =
        [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("temp_store", "2")];
    for (name, needed) in expected {
        let query = format!("SELECT CAST({name} AS TEXT) AS value FROM pragma_{name}");
        let found = pragma(db, &query).await?;
        if found != needed {
            return Err(ConnectError::Setting { pragma: name, found, needed: needed.to_owned() });
        }
    }
    Ok(())
}

/// Bytes of the file, and those of them that are free.
pub(crate) async fn file_sizes(db: &impl ConnectionTrait) -> Result<(u64, u64), StoreError> {
    let ask = async |pages: &str| {
        let query = format!(
            "SELECT CAST({pages} * page_size AS TEXT) AS value FROM pragma_{pages}, pragma_page_size"
        );
        Ok::<u64, StoreError>(pragma(db, &query).await?.parse().unwrap_or_default())
    };
    Ok((ask("page_count").await?, ask("freelist_count").await?))
}

async fn pragma(db: &impl ConnectionTrait, query: &str) -> Result<String, StoreError> {
    let statement = Statement::from_string(db.get_database_backend(), query);
    let row = db.query_one_raw(statement).await.map_err(store_error)?;
    let value = row.map(|row| row.try_get("", "value")).transpose().map_err(store_error)?;
    Ok(value.unwrap_or_default())
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
