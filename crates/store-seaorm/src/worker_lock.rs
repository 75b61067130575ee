//! [`WorkerLock`]: a lock on a file, which the kernel releases when its holder dies.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use core_monitor_domain::doctor::LockState;
use core_monitor_domain::ports::{HeldLock, LockAttempt, StoreError, WorkerLock};
use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

/// `flock` on a file of the data folder. Not over SeaORM, but the companion of a SQLite file: both need the worker to
/// be on this machine.
#[derive(Debug, Clone)]
pub struct FileWorkerLock {
    path: PathBuf,
}

impl FileWorkerLock {
    /// The lock at `path`; the file is created if it is missing and never removed.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The lock of the installation in `data_dir`.
    pub fn of(data_dir: &Path) -> Self {
        Self::new(Self::path_in(data_dir))
    }

    /// Where the lock of the installation in `data_dir` is.
    pub(crate) fn path_in(data_dir: &Path) -> PathBuf {
        data_dir.join("worker.lock")
    }

    /// What the doctor wants to know about it.
    pub fn state(&self) -> LockState {
        match self.holder() {
            Ok(None) => LockState::Free,
            Ok(Some(holder)) => LockState::Held { holder },
            Err(error) => LockState::Unreadable(error.to_string()),
        }
    }

    /// Who holds the lock, without taking it; `None` if nobody does.
    fn holder(&self) -> io::Result<Option<String>> {
        let file = match File::options().read(true).custom_flags(unmoved()).open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => ordinary(opened?)?,
        };
        // A shared lock, released at once: a worker that starts in this moment tries again.
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(None),
            Err(Errno::WOULDBLOCK) => read_holder(file).map(Some),
            Err(error) => Err(error.into()),
        }
    }
}

#[async_trait]
impl WorkerLock for FileWorkerLock {
    async fn try_hold(&self) -> Result<LockAttempt, StoreError> {
        attempt(&self.path).map_err(|error| self.unusable(error))
    }

    async fn displace(&self) -> Result<Box<dyn HeldLock>, StoreError> {
        let lock = replace(&self.path).map_err(|error| self.unusable(error))?;
        Ok(Box::new(lock))
    }
}

impl FileWorkerLock {
    fn unusable(&self, error: io::Error) -> StoreError {
        StoreError::Unavailable {
            reason: format!("cannot use the lock file `{}`", self.path.display()),
            source: Some(Box::new(error)),
        }
    }
}

/// Puts a file that is locked already in the place of the lock file. The holder of the old file keeps a lock that nobody
/// asks for any more.
fn replace(path: &Path) -> io::Result<FileLock> {
    let unfinished = path.with_extension("new");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    file.write_all(holder().as_bytes())?;
    fs::rename(&unfinished, path)?;
    Ok(FileLock { file, path: path.to_owned() })
}

fn attempt(path: &Path) -> io::Result<LockAttempt> {
    let mut options = File::options();
    // Not truncated: until the lock is ours, the content belongs to its holder.
    options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(unmoved());
    let file = ordinary(options.open(path)?)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {
            let lock = FileLock { file, path: path.to_owned() };
            if !lock.is_held() {
                // It was displaced between open and lock; the file that counts now is another one.
                return Ok(LockAttempt::Busy { holder: "a process that has just taken over".to_owned() });
            }
            lock.file.set_len(0)?;
            (&lock.file).write_all(holder().as_bytes())?;
            Ok(LockAttempt::Held(Box::new(lock)))
        }
        Err(Errno::WOULDBLOCK) => Ok(LockAttempt::Busy { holder: read_holder(file)? }),
        Err(error) => Err(error.into()),
    }
}

/// A link could lead to a file of somebody else, and a FIFO would wait for one.
fn unmoved() -> i32 {
    (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed()
}

fn ordinary(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(io::Error::other("it is not an ordinary file; remove it"))
}

/// What the holder of the lock has written about itself.
fn read_holder(mut file: File) -> io::Result<String> {
    let mut holder = String::new();
    file.rewind()?;
    file.take(200).read_to_string(&mut holder)?;
    if holder.is_empty() {
        "a process that is just starting".clone_into(&mut holder);
    }
    Ok(holder)
}

/// Describes this process to the next one that finds the lock taken.
fn holder() -> String {
    let host = rustix::system::uname();
    let host = host.nodename().to_string_lossy();
    format!("process {} on host {host}", std::process::id())
}

/// The descriptor whose lock it is; closing it releases the lock.
struct FileLock {
    file: File,
    path: PathBuf,
}

impl HeldLock for FileLock {
    fn is_held(&self) -> bool {
        let place = |file: &fs::Metadata| (file.dev(), file.ino());
        match (self.file.metadata(), fs::metadata(&self.path)) {
            (Ok(ours), Ok(there)) => place(&ours) == place(&there),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_about_the_lock_waits_for_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let lock = FileWorkerLock::of(folder.path());
        assert_eq!(lock.state(), LockState::Free);
        let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600));
        rustix::fs::mknodat(rustix::fs::CWD, &lock.path, kind, mode, 0).unwrap();
        let refused = LockState::Unreadable("it is not an ordinary file; remove it".to_owned());
        assert_eq!(lock.state(), refused);
        fs::remove_file(&lock.path).unwrap();
        std::os::unix::fs::symlink("elsewhere", &lock.path).unwrap();
        assert!(matches!(lock.state(), LockState::Unreadable(_)));
        fs::remove_file(&lock.path).unwrap();
        let held = attempt(&lock.path).unwrap();
        assert!(matches!(held, LockAttempt::Held(_)));
        assert!(matches!(lock.state(), LockState::Held { .. }));
    }
}
