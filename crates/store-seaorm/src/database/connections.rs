//! The connections of one process: one for writes, a few for reads.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::StoreError;
use sea_orm::sqlx::Connection as _;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode,
    SqlxSqliteConnector, TransactionOptions, TransactionTrait, sqlx,
};

use super::Options;
use super::bell::Bell;
use crate::store_error::store_error;

/// How long the question whether a write is possible waits for others that write.
const ASKING: Duration = Duration::from_secs(2);

/// One connection for writes, so that the writers of a process queue in order instead of competing for the file lock,
/// and a pool for reads, which never wait for a write.
pub(crate) struct Connections {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// Asks whether it could write. One of its own, because the writer waits longer than a question may.
    asking: DatabaseConnection,
    bell: Arc<Bell>,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

impl Connections {
    /// Opens the connections, the writer first, because it may have to change the file.
    pub(super) async fn open(
        sqlite: SqliteConnectOptions,
        options: &Options,
        bell: Arc<Bell>,
    ) -> Result<Self, StoreError> {
        let writer = pool(1, options.busy_timeout).connect_with(sqlite.clone()).await.map_err(opening)?;
        let patience = options.busy_timeout.min(ASKING);
        let asking = sqlite.clone().busy_timeout(patience);
        let asking = pool(1, patience).min_connections(0).connect_lazy_with(asking);
        let reader = pool(options.readers.max(1), options.busy_timeout)
            .connect_with(sqlite.pragma("query_only", "ON"))
            .await
            .map_err(opening)?;
        Ok(Self {
            writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
            reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
            asking: SqlxSqliteConnector::from_sqlx_sqlite_pool(asking),
            bell,
        })
    }

    /// The one connection of whoever only looks, in the place of all of them.
    pub(super) fn looking(connection: &DatabaseConnection) -> Self {
        let one = || connection.clone();
        Self { writer: one(), reader: one(), asking: one(), bell: Arc::new(Bell::silent()) }
    }

    /// Begins a transaction that holds the write lock from the start. Dropping it rolls it back.
    pub(crate) async fn write(&self) -> Result<WriteTransaction, StoreError> {
        let tx = self.writer.begin_with_options(immediate()).await.map_err(store_error)?;
        Ok(WriteTransaction { tx, bell: Arc::clone(&self.bell) })
    }

    /// Takes the write lock and gives it back.
    pub(crate) async fn is_writable(&self) -> Result<(), StoreError> {
        let tx = self.asking.begin_with_options(immediate()).await.map_err(store_error)?;
        tx.rollback().await.map_err(store_error)
    }

    /// Begins a transaction whose reads all see the same state.
    pub(crate) async fn read(&self) -> Result<DatabaseTransaction, StoreError> {
        self.reader.begin().await.map_err(store_error)
    }

    /// For a single read.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Sets whether the writer overwrites deleted data with zeros. This costs extra writes, so it is on only while
    /// sensitive data is deleted.
    pub(super) async fn overwrite_deleted(&self, on: bool) -> Result<(), StoreError> {
        let pragma = if on { "PRAGMA secure_delete = ON" } else { "PRAGMA secure_delete = OFF" };
        self.writer.execute_unprepared(pragma).await.map(drop).map_err(store_error)
    }

    /// Checkpoints the log into the file and truncates it. While another process reads, the part it still needs stays;
    /// the last process to close the database removes it.
    pub(super) async fn fold_log(&self) -> Result<(), StoreError> {
        let fold = "PRAGMA wal_checkpoint(TRUNCATE)";
        self.writer.execute_unprepared(fold).await.map(drop).map_err(store_error)
    }

    pub(super) async fn close(&self) {
        for connection in [&self.reader, &self.asking, &self.writer] {
            if let Err(error) = connection.close_by_ref().await {
                tracing::warn!(%error, "a database connection did not close cleanly");
            }
        }
    }
}

/// A transaction that writes.
pub(crate) struct WriteTransaction {
    tx: DatabaseTransaction,
    bell: Arc<Bell>,
}

impl WriteTransaction {
    /// Once this returns, the writes survive a power failure.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await.map_err(store_error)?;
        self.bell.ring();
        Ok(())
    }
}

impl Deref for WriteTransaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.tx
    }
}

/// A transaction that began as a read fails at once when it wants to write after another one did, regardless of the busy
/// timeout (`SQLITE_BUSY_SNAPSHOT`). IMMEDIATE waits at the beginning instead.
fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

fn pool(size: u32, busy_timeout: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(1)
        .acquire_timeout(busy_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        // A SQLite connection is not a network connection: testing it before use is not worth the cost.
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                // When SQLite itself has rolled back (disk full, I/O error), the driver's rollback fails and it
                // believes for ever that a transaction is open. Later ones would be savepoints, without the lock that
                // IMMEDIATE takes: such a connection must not come back. The ping lets a rollback that is still queued
                // happen first.
                if connection.is_in_transaction() {
                    connection.ping().await?;
                }
                Ok(!connection.is_in_transaction())
            })
        })
}

fn opening(error: sqlx::Error) -> StoreError {
    store_error(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
}
