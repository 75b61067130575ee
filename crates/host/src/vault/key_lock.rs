//! Keeps programs that use the key and the one that rotates it apart.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

use super::{FILE, KeyFileError};

/// Name of the lock file in the data folder.
const LOCK: &str = "secret.lock";

/// While a program has it, the key is not rotated. The kernel releases it when the program ends, however it does.
#[derive(Debug)]
pub struct KeyLock {
    _file: File,
}

impl KeyLock {
    /// For a program that uses the key: any number of them.
    pub(super) fn shared(data_dir: &Path) -> Result<Self, KeyFileError> {
        let file = open(data_dir, true).map_err(unusable(data_dir))?;
        Self::share(data_dir, file)
    }

    /// For whoever only reads the files of an installation and may not be its user: nothing is created.
    pub fn of_reader(data_dir: &Path) -> Result<Option<Self>, KeyFileError> {
        match open(data_dir, false) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unusable(data_dir)(error)),
            Ok(file) => Self::share(data_dir, file).map(Some),
        }
    }

    fn share(data_dir: &Path, file: File) -> Result<Self, KeyFileError> {
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(Self { _file: file }),
            Err(Errno::WOULDBLOCK) => Err(KeyFileError::BeingRotated(data_dir.to_owned())),
            Err(error) => Err(unusable(data_dir)(error.into())),
        }
    }

    /// For what rotates the key, while nobody uses it.
    pub(super) fn exclusive(data_dir: &Path) -> Result<Self, KeyFileError> {
        let file = open(data_dir, true).map_err(unusable(data_dir))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { _file: file }),
            Err(Errno::WOULDBLOCK) => Err(KeyFileError::InUse(data_dir.to_owned())),
            Err(error) => Err(unusable(data_dir)(error.into())),
        }
    }
}

/// A link could lead to a file of somebody else, and a FIFO would wait for one.
fn open(data_dir: &Path, create: bool) -> io::Result<File> {
    let mut options = File::options();
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    options.read(true).write(create).create(create).truncate(false).mode(0o600).custom_flags(flags);
    let file = options.open(data_dir.join(LOCK))?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not an ordinary file")) }
}

/// Without its lock the key cannot be used, whatever is wrong with the lock.
fn unusable(data_dir: &Path) -> impl FnOnce(io::Error) -> KeyFileError {
    let path = data_dir.join(FILE);
    move |error| {
        let source = io::Error::new(error.kind(), format!("its lock `{LOCK}` cannot be taken: {error}"));
        KeyFileError::Unusable { path, source }
    }
}
