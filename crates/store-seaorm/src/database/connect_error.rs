//! Why the database was not opened.

use std::path::PathBuf;

use core_monitor_domain::ports::StoreError;
use sea_orm::DbErr;

/// Why the database was not opened. Nothing was changed that the next attempt would trip over.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL names no database this program can use.
    #[error("the database URL `{url}` cannot be used: {reason}")]
    Url {
        /// The URL without a password.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The folder or the file could not be made or read.
    #[error("the database file `{}` cannot be {attempt}", path.display())]
    File {
        /// The file or its folder.
        path: PathBuf,
        /// `created`, `locked`...
        attempt: &'static str,
        /// The system's own error.
        #[source]
        source: std::io::Error,
    },
    /// The file is on a file system that several machines share.
    #[error("the database file `{}` is on a {kind} file system", path.display())]
    NetworkFileSystem {
        /// The folder of the file.
        path: PathBuf,
        /// E.g. `NFS`.
        kind: &'static str,
    },
    /// The SQLite library has a known fault.
    #[error("the SQLite library is {found}, at least {needed} is needed")]
    LibraryTooOld {
        /// Its version.
        found: String,
        /// The first good one.
        needed: &'static str,
    },
    /// A setting that the promises of the queue rest on did not take effect.
    #[error("SQLite's `{pragma}` is `{found}`, it has to be `{needed}`")]
    Setting {
        /// The setting.
        pragma: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        needed: String,
    },
    /// The schema could not be brought up to date; the database is as it was.
    #[error("the schema of the database cannot be brought up to date")]
    Migration {
        /// What happened.
        #[source]
        source: Box<DbErr>,
    },
    /// The program is stopping.
    #[error("opening the database was interrupted")]
    Interrupted {
        /// The runtime's own error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database itself.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ConnectError {
    pub(super) fn migration(error: DbErr) -> Self {
        match error {
            // The driver's errors are classified like those of any other write: the disk may be full.
            DbErr::Exec(_) | DbErr::Query(_) | DbErr::Conn(_) => {
                Self::Store(crate::store_error::store_error(error))
            }
            other => Self::Migration { source: Box::new(other) },
        }
    }

    /// What to try.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Url { .. } => Some("use `sqlite://` and the absolute path of a file"),
            Self::File { .. } => {
                Some("check the owner and the permissions of the folder, and the space on it")
            }
            Self::NetworkFileSystem { .. } => Some(
                "put the data folder on a local disk: the log of SQLite needs memory that one machine shares",
            ),
            Self::LibraryTooOld { .. } => Some("build with the bundled SQLite"),
            Self::Setting { .. } => Some("the file may be open in another program, or not be writable"),
            Self::Migration { .. } => Some(
                "a newer release may have used this database: start that one, or restore the backup made before it",
            ),
            Self::Interrupted { .. } | Self::Store(_) => None,
        }
    }
}
