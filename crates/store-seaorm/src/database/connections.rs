//! The connections of one process: one that writes, a few that read.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::StoreError;
use sea_orm::sqlx::Connection as _;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode, SqlxSqliteConnector,
    TransactionOptions, TransactionTrait, sqlx,
};

use super::Options;
use super::bell::Bell;
use crate::store_error::store_error;

/// One connection for writes, so that the writers of a process queue up in order instead of fighting for the lock of
/// the file, and a pool for reads, which never wait for a write.
pub(crate) struct Connections {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    bell: Arc<Bell>,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

impl Connections {
    /// Opens the connections. The writer comes first: it is the one that may have to change the file.
    pub(super) async fn open(
        sqlite: SqliteConnectOptions,
        options: &Options,
        bell: Arc<Bell>,
    ) -> Result<Self, StoreError> {
        let writer = pool(1, options.busy_timeout).connect_with(sqlite.clone()).await.map_err(opening)?;
        let reader = pool(options.readers.max(1), options.busy_timeout)
            .connect_with(sqlite.pragma("query_only", "ON"))
            .await
            .map_err(opening)?;
        Ok(Self {
            writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
            reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
            bell,
        })
    }

    /// Begins a transaction that holds the write lock from now on. Dropping it undoes it.
    pub(crate) async fn write(&self) -> Result<WriteTransaction, StoreError> {
        // A transaction that began as a read and wants to write after somebody else did fails at once, whatever the
        // busy timeout says (SQLITE_BUSY_SNAPSHOT). IMMEDIATE waits at the beginning instead.
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.writer.begin_with_options(immediate).await.map_err(store_error)?;
        Ok(WriteTransaction { tx, bell: Arc::clone(&self.bell) })
    }

    /// Begins a transaction whose reads all see the same state.
    pub(crate) async fn read(&self) -> Result<DatabaseTransaction, StoreError> {
        self.reader.begin().await.map_err(store_error)
    }

    /// For a single read.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    pub(super) async fn close(&self) {
        for connection in [&self.reader, &self.writer] {
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
    /// When it returns, what was written survives a power cut.
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

fn pool(size: u32, busy_timeout: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(1)
        .acquire_timeout(busy_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        // A connection of SQLite is not a network connection; asking it whether it lives costs more than it tells.
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
