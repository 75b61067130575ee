//! One archive with everything an installation needs to start again elsewhere: the database, the key, artifacts and record
//! files, the folders of stacks.
//!
//! A tar archive, so that any system can look into it. The first member says what it is and the last one that it is
//! whole: an archive that was cut off is refused.

use std::io;
use std::path::PathBuf;

mod draft;
mod file;
mod input;
mod kept;
mod manifest;
mod read;
mod stacks;
mod write;

pub use draft::DatabaseDraft;
pub use file::BackupFile;
pub use manifest::BackupManifest;
pub use read::{Restored, restore_backup};
pub use write::{BackupReport, BackupSource, write_backup};

/// The first member of an archive.
const MANIFEST: &str = "core-monitor-backup.json";
/// The database, as it is called in the data folder too.
const DATABASE: &str = "core-monitor.db";
/// The key.
const KEY: &str = "secret.key";
/// The folders of stacks.
const STACKS: &str = "stacks";
/// The last member: the checksum of the database.
const END: &str = "core-monitor-backup.end";

/// Why there is no backup, or why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file cannot be read or written.
    #[error("`{}` cannot be {attempt}", path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// `read`, `created`...
        attempt: &'static str,
        /// The system's own error.
        #[source]
        source: io::Error,
    },
    /// The archive cannot be written to the end.
    #[error("the archive cannot be written")]
    Write(#[source] io::Error),
    /// The archive cannot be read to the end.
    #[error("the archive cannot be read: it is damaged, or it was cut off")]
    Read(#[source] io::Error),
    /// The archive is something else.
    #[error("this is no archive of `backup`: {0}")]
    Foreign(String),
    /// A newer release has written the archive.
    #[error(
        "a newer release has written this archive (format {found}, and this one reads {known}): restore it with that release"
    )]
    Newer {
        /// The format of the archive.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// What was read is not what was written.
    #[error(
        "the database in the archive does not have the checksum it was written with: the archive is damaged"
    )]
    Checksum,
    /// One at a time.
    #[error("another backup of this data folder is running: wait until it has ended")]
    Busy,
    /// No backup is overwritten.
    #[error("`{}` exists already, and no backup is overwritten: choose another name, or move it away", .0.display())]
    Exists(PathBuf),
    /// Something is in the way.
    #[error("`{}` exists: restore into an empty data folder, or move what is there away first", .0.display())]
    Occupied(PathBuf),
}

impl BackupError {
    fn file(path: &std::path::Path, attempt: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, attempt, source }
    }
}

#[cfg(test)]
mod tests;
