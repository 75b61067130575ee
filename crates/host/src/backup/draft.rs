//! The copy of the database that an archive is made from.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};

use super::BackupError;

/// An empty file in the data folder for the copy: on the disk of the database, readable by its owner only. One backup runs
/// at a time, and the next one uses what a killed one has left. Dropping it removes the file.
#[derive(Debug)]
pub struct DatabaseDraft {
    path: PathBuf,
    /// Its lock tells that the backup still runs.
    _file: File,
}

impl DatabaseDraft {
    /// Begins a draft, unless another backup runs.
    pub fn begin(data_dir: &Path) -> Result<Self, BackupError> {
        let path = data_dir.join(".backup.db");
        let mut options = File::options();
        options.write(true).create(true).truncate(false).mode(0o600);
        let opened = options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(&path);
        let file = opened.map_err(BackupError::file(&path, "created"))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(BackupError::Busy),
            Err(error) => return Err(BackupError::file(&path, "locked")(io::Error::from(error))),
        }
        file.set_len(0).map_err(BackupError::file(&path, "emptied"))?;
        Ok(Self { path, _file: file })
    }

    /// Where the copy goes.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for DatabaseDraft {
    fn drop(&mut self) {
        // The next backup empties what stays.
        let _ = std::fs::remove_file(&self.path);
    }
}
