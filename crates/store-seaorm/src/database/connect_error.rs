//! Errors of opening the database.

use std::path::PathBuf;

use core_monitor_domain::ports::StoreError;
use core_monitor_migrations::MigrationError;

/// Why the database could not be opened. It is always safe to try again.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL does not name a database that this program can use.
    #[error("invalid database URL `{url}`: {reason}")]
    Url {
        /// The URL without a password.
        url: String,
        /// What is wrong with the URL.
        reason: &'static str,
    },
    /// The folder or the file could not be created or read.
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
    /// Others decide what is in the place of the file.
    #[error("the file `{}` is not used: {reason}", path.display())]
    NotPrivate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is on a network file system.
    #[error("the database file `{}` is on a {kind} file system", path.display())]
    NetworkFileSystem {
        /// The folder of the file.
        path: PathBuf,
        /// E.g. `NFS`.
        kind: &'static str,
    },
    /// The SQLite library has a known bug.
    #[error("SQLite {found} is too old: at least {needed} is required")]
    LibraryTooOld {
        /// Its version.
        found: String,
        /// The oldest supported version.
        needed: &'static str,
    },
    /// A setting that durability depends on did not take effect.
    #[error("SQLite's `{pragma}` is `{found}`, but must be `{needed}`")]
    Setting {
        /// The setting.
        pragma: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        needed: String,
    },
    /// The schema could not be migrated; the database is unchanged.
    #[error("cannot migrate the database schema")]
    Migration {
        /// What happened.
        #[source]
        source: Box<MigrationError>,
    },
    /// There is no database to look at.
    #[error("there is no database at `{}`", .0.display())]
    Missing(PathBuf),
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
    pub(super) fn migration(error: MigrationError) -> Self {
        match error {
            // The driver's errors are classified like those of any other write: the disk may be full.
            MigrationError::Step { source, .. } | MigrationError::Unreadable(source) => {
                Self::Store(crate::store_error::store_error(source))
            }
            other => Self::Migration { source: Box::new(other) },
        }
    }

    /// What to try.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Url { .. } => Some("use `sqlite://` followed by the absolute path of a file"),
            Self::File { .. } => Some("check the owner, the permissions and the free space of the folder"),
            Self::NotPrivate { .. } => {
                Some("put the file itself there, and run the program as the user who owns it and its folder")
            }
            Self::NetworkFileSystem { .. } => Some(
                "put the data folder on a local disk: SQLite's write-ahead log does not work on network file systems",
            ),
            Self::LibraryTooOld { .. } => Some("build with the bundled SQLite"),
            Self::Setting { .. } => {
                Some("close other programs that use the file, and check that it is writable")
            }
            Self::Migration { .. } => Some(
                "start the newer release again, or restore the backup that was made before it was installed",
            ),
            Self::Missing(_) => Some("name the data folder of the installation with `--data-dir`"),
            Self::Interrupted { .. } | Self::Store(_) => None,
        }
    }
}
