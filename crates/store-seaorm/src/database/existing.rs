//! A database looked at from outside: never created, never migrated. For backups, and to find out what is wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::doctor::{DatabaseFacts, LeaseFacts};
use core_monitor_domain::ports::{AuditLog, Lease, RecordStore, StoreError};
use core_monitor_domain::records::RecordFile;
use core_monitor_domain::time::Timestamp;
use core_monitor_migrations::position;
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, EntityTrait as _, QueryOrder as _,
    RuntimeErr, SqlxSqliteConnector, Statement, sqlx,
};

use super::settings::{TEMPORARY, file_sizes};
use super::{ConnectError, Connections, file};
use crate::entity::{record_file, setting, worker_lease};
use crate::rows;
use crate::store_error::store_error;
use crate::{SeaOrmAuditLog, SeaOrmRecordStore};

/// How long a look waits for somebody who writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database file that exists.
#[derive(Debug)]
pub struct ExistingDatabase {
    connection: DatabaseConnection,
    path: PathBuf,
}

/// How its schema compares with that of this release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaState {
    /// It is the same.
    Current,
    /// The next start takes this many steps.
    Older(usize),
    /// A newer release has used it: these steps are unknown here.
    Newer(Vec<String>),
}

impl ExistingDatabase {
    /// Opens the file at `url`, which must be there.
    pub async fn open(url: &str) -> Result<Self, ConnectError> {
        let path = file::path_of(url)?;
        if !path.is_file() {
            return Err(ConnectError::Missing(path));
        }
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(false)
            .busy_timeout(PATIENCE)
            .pragma("temp_store", TEMPORARY)
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
        let pool = pool.connect_with(options).await.map_err(opening)?;
        Ok(Self { connection: SqlxSqliteConnector::from_sqlx_sqlite_pool(pool), path })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Compares the schema.
    pub async fn schema(&self) -> Result<SchemaState, ConnectError> {
        let found = position(&self.connection).await.map_err(ConnectError::migration)?;
        Ok(match found {
            found if !found.unknown.is_empty() => SchemaState::Newer(found.unknown),
            found if !found.missing.is_empty() => SchemaState::Older(found.missing.len()),
            _ => SchemaState::Current,
        })
    }

    /// What the doctor wants to know about the database at `url`, and the lease of its worker.
    pub async fn examine(url: &str) -> (DatabaseFacts, Option<LeaseFacts>) {
        let unreadable = |error: &dyn std::error::Error| DatabaseFacts::Unreadable(with_causes(error));
        let database = match Self::open(url).await {
            Ok(database) => database,
            Err(ConnectError::Missing(_)) => return (DatabaseFacts::Missing, None),
            Err(error) => return (unreadable(&error), None),
        };
        let facts = match (database.damage().await, database.schema().await) {
            (Err(error), _) => unreadable(&error),
            (Ok(Some(damage)), _) => DatabaseFacts::Damaged(damage),
            (_, Err(error)) => unreadable(&error),
            (_, Ok(SchemaState::Newer(steps))) => DatabaseFacts::Newer(steps),
            (_, Ok(SchemaState::Older(count))) => DatabaseFacts::Older(count),
            (_, Ok(SchemaState::Current)) => DatabaseFacts::Current,
        };
        // A database that cannot say it has no worker either; an older one has its own reason.
        let lease = database.lease().await.ok().flatten();
        database.close().await;
        (facts, lease.map(|lease| LeaseFacts { expires_at: lease.expires_at }))
    }

    /// The first damage that SQLite finds in the file, in its words.
    pub async fn damage(&self) -> Result<Option<String>, StoreError> {
        let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA quick_check(1)");
        let row = self.connection.query_one_raw(check).await.map_err(store_error)?;
        let found: Option<String> =
            row.map(|row| row.try_get_by_index(0)).transpose().map_err(store_error)?;
        Ok(found.filter(|found| found != "ok"))
    }

    /// The right of a worker to work, held or run out.
    pub async fn lease(&self) -> Result<Option<Lease>, StoreError> {
        let row = worker_lease::Entity::find().one(&self.connection).await.map_err(store_error)?;
        Ok(row.map(|row| Lease { worker: row.holder.0, epoch: row.epoch.0, expires_at: row.expires_at.0 }))
    }

    /// The size of the file, and the record files that it knows, in the order of their chain.
    pub async fn records(&self) -> Result<(u64, Vec<RecordFile>), StoreError> {
        let (size, _) = file_sizes(&self.connection).await?;
        let files = record_file::Entity::find().order_by_asc(record_file::Column::Number);
        Ok((size, rows::list::<record_file::Model>(&self.connection, files).await?))
    }

    /// The audit in it.
    pub fn audit_log(&self) -> Arc<dyn AuditLog> {
        Arc::new(SeaOrmAuditLog::new(Arc::new(Connections::looking(&self.connection))))
    }

    /// What has left it.
    pub fn record_store(&self) -> Arc<dyn RecordStore> {
        Arc::new(SeaOrmRecordStore::new(Arc::new(Connections::looking(&self.connection))))
    }

    /// Writes the state of one moment into a new file at `path`, while others go on writing. The file must be empty if it
    /// exists.
    pub async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let copy = "VACUUM INTO ?";
        let to = path.to_string_lossy().into_owned();
        let copy = Statement::from_sql_and_values(DbBackend::Sqlite, copy, [to.into()]);
        self.connection.execute_raw(copy).await.map(drop).map_err(store_error)
    }

    /// Notes that a backup of the state at `at` was written to its end.
    pub async fn note_backup(&self, at: Timestamp) -> Result<(), StoreError> {
        let noted = setting::backed_up(at).exec_without_returning(&self.connection).await;
        noted.map(drop).map_err(store_error)
    }

    /// Makes the next worker trust the labels of the engine's objects once more, as in a database without records: for a copy
    /// that was restored, in which whatever was created later is not recorded. No port has this, so that no running program
    /// can ask for it.
    pub async fn unsettle(&self) -> Result<(), StoreError> {
        let settled = setting::Entity::delete_by_id(setting::CREATIONS_SETTLED);
        settled.exec(&self.connection).await.map(drop).map_err(store_error)
    }

    /// Closes the connection.
    pub async fn close(self) {
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "a database connection did not close cleanly");
        }
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Some errors repeat what they wrap.
        let words = error.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}

fn opening(error: sqlx::Error) -> StoreError {
    store_error(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::tests::{LARGE_SORT, temporary_files, with_a_stack};

    #[tokio::test]
    async fn the_programs_know_of_the_newest_backup() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = with_a_stack(folder.path()).await;
        let known = async || db.record_store().last_backup().await.unwrap();
        assert_eq!(known().await, None);
        let existing = ExistingDatabase::open(&super::super::default_url(folder.path())).await.unwrap();
        for day in ["2026-01-26", "2026-01-27"] {
            let at = Timestamp::parse(&format!("{day}T10:00:00.25Z")).unwrap();
            existing.note_backup(at).await.unwrap();
            assert_eq!(known().await, Some(at));
        }
        existing.close().await;
        db.close().await;
    }

    #[tokio::test]
    async fn a_look_makes_no_temporary_files_either() {
        let folder = tempfile::tempdir().unwrap();
        let (db, _) = with_a_stack(folder.path()).await;
        let existing = ExistingDatabase::open(&super::super::default_url(folder.path())).await.unwrap();
        existing.connection.execute_unprepared(LARGE_SORT).await.unwrap();
        assert_eq!(temporary_files(), [""; 0]);
        existing.close().await;
        db.close().await;
    }
}
