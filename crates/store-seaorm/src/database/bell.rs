//! Notifies all processes on this machine of a commit.
//!
//! SQLite has no notifications, but the kernel does: ringing the bell opens an empty file next to the database, and
//! listeners watch that file for being opened (inotify). Nothing is written, so this causes no disk I/O.
//!
//! A ring may be lost: there may be no watch left, the file may have been removed, or another user may not be allowed
//! to open it. Listeners also poll the database; the bell only makes them faster.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, inotify};
use tokio::net::unix::pipe::Receiver;
use tokio::sync::Notify;

/// Room for a few events; their content does not matter.
const EVENTS: usize = 1_024;

/// The bell of one database in one process.
#[derive(Debug)]
pub(crate) struct Bell {
    path: PathBuf,
    /// Rings within this process, in case inotify is unavailable.
    own: Notify,
    ear: Option<Receiver>,
}

impl Bell {
    /// The bell next to the database at `database`. Without inotify it still carries the rings of this process.
    pub(super) fn beside(database: &Path) -> Self {
        let mut path = OsString::from(database);
        path.push("-bell");
        let path = PathBuf::from(path);
        let ear = listen(&path);
        if let Err(error) = &ear {
            tracing::debug!(%error, path = %path.display(), "cannot watch for commits of other processes; polling instead");
        }
        Self { path, own: Notify::new(), ear: ear.ok() }
    }

    /// One that nobody hears, for whoever commits nothing. It makes no file.
    pub(super) fn silent() -> Self {
        Self { path: PathBuf::new(), own: Notify::new(), ear: None }
    }

    /// Rings the bell.
    pub(super) fn ring(&self) {
        self.own.notify_one();
        // Opening a cached file takes two microseconds, which is not worth a blocking thread. Opening a FIFO that somebody
        // put there would wait for a writer.
        let _ = File::options().read(true).custom_flags(without_waiting()).open(&self.path);
    }

    /// Waits for the next ring, or returns at once if there was one since the last call.
    pub(crate) async fn heard(&self) {
        tokio::select! {
            () = self.own.notified() => {}
            () = self.others() => {}
        }
    }

    async fn others(&self) {
        let Some(ear) = &self.ear else { return std::future::pending().await };
        let mut events = [0; EVENTS];
        loop {
            match ear.readable().await.and_then(|()| ear.try_read(&mut events)) {
                Ok(_) => return,
                // Another reader took the events, or it was a spurious wake-up.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return std::future::pending().await,
            }
        }
    }
}

/// An inotify descriptor can be waited on and read from, which is all that a pipe receiver needs.
fn listen(path: &Path) -> io::Result<Receiver> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(without_waiting());
    options.open(path)?;
    let ear = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC)?;
    inotify::add_watch(&ear, path, inotify::WatchFlags::OPEN)?;
    Receiver::from_file_unchecked(File::from(ear))
}

/// Follows no link, and does not wait for the other end of a FIFO.
fn without_waiting() -> i32 {
    (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    async fn hears(bell: &Bell) -> bool {
        timeout(Duration::from_secs(5), bell.heard()).await.is_ok()
    }

    async fn is_quiet(bell: &Bell) -> bool {
        timeout(Duration::from_millis(20), bell.heard()).await.is_err()
    }

    #[tokio::test]
    async fn another_process_hears_the_bell() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let (here, there) = (Bell::beside(&database), Bell::beside(&database));
        // The second one opened the file.
        assert!(hears(&here).await);
        assert!(is_quiet(&here).await && is_quiet(&there).await);
        here.ring();
        assert!(hears(&there).await);
        assert!(is_quiet(&there).await, "one ring is heard once");
    }

    #[tokio::test]
    async fn a_ring_before_the_wait_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let bell = Bell::beside(&folder.path().join("a.db"));
        let other = Bell::beside(&folder.path().join("a.db"));
        other.ring();
        assert!(hears(&bell).await);
    }

    #[tokio::test]
    async fn without_its_file_it_rings_in_this_process_only() {
        let folder = tempfile::tempdir().unwrap();
        let bell = Bell::beside(&folder.path().join("missing").join("a.db"));
        assert!(is_quiet(&bell).await);
        bell.ring();
        assert!(hears(&bell).await);
    }
}
