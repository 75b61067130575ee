//! [`WorkerLock`]: a lock on a file, which the kernel releases when its holder dies.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use core_monitor_domain::ports::{HeldLock, LockAttempt, StoreError, WorkerLock};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// `flock` on a file of the data folder. Not over SeaORM, but the companion of a SQLite file: both need the worker to
/// be on this machine.
#[derive(Debug, Clone)]
pub struct FileWorkerLock {
    path: PathBuf,
}

impl FileWorkerLock {
    /// The lock at `path`; the file is made when it is missing and is never removed.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

#[async_trait]
impl WorkerLock for FileWorkerLock {
    async fn try_hold(&self) -> Result<LockAttempt, StoreError> {
        attempt(&self.path).map_err(|error| StoreError::Unavailable {
            reason: format!("the lock file `{}` cannot be used", self.path.display()),
            source: Some(Box::new(error)),
        })
    }
}

fn attempt(path: &Path) -> io::Result<LockAttempt> {
    let mut options = File::options();
    // Not truncated: until the lock is ours, what is in the file is the holder's.
    let mut file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {
            file.set_len(0)?;
            file.write_all(holder().as_bytes())?;
            Ok(LockAttempt::Held(Box::new(FileLock { _file: file })))
        }
        Err(Errno::WOULDBLOCK) => {
            let mut holder = String::new();
            file.rewind()?;
            file.take(200).read_to_string(&mut holder)?;
            if holder.is_empty() {
                "a process that is just starting".clone_into(&mut holder);
            }
            Ok(LockAttempt::Busy { holder })
        }
        Err(error) => Err(error.into()),
    }
}

/// This process, as the next one that finds the lock taken will read it.
fn holder() -> String {
    let host = rustix::system::uname();
    let host = host.nodename().to_string_lossy();
    format!("process {} on host {host}", std::process::id())
}

/// The descriptor whose lock it is; closing it releases the lock.
struct FileLock {
    _file: File,
}

impl HeldLock for FileLock {}
