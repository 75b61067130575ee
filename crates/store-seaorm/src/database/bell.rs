//! Telling everybody on this machine that something was committed.
//!
//! SQLite cannot call anybody, but the kernel can: to ring is to open an empty file beside the database, and who listens
//! has asked to be told (inotify) when that file is opened. Nothing is written, so no disk has to hear of it.
//!
//! A ring may be lost: no watch could be had, the file was removed, another user may not open it. Whoever listens
//! looks at the database from time to time anyway; the bell only makes it sooner.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::inotify;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::Notify;

/// Room for a few events; which ones does not matter.
const EVENTS: usize = 1_024;

/// The bell of one database, as one process has it.
#[derive(Debug)]
pub(crate) struct Bell {
    path: PathBuf,
    /// Rings of this process, should the kernel not carry them.
    own: Notify,
    ear: Option<Receiver>,
}

impl Bell {
    /// The bell beside the database at `database`. Without the means to hear others it still carries this process's
    /// own rings.
    pub(super) fn beside(database: &Path) -> Self {
        let mut path = OsString::from(database);
        path.push("-bell");
        let path = PathBuf::from(path);
        let ear = listen(&path);
        if let Err(error) = &ear {
            tracing::debug!(%error, path = %path.display(), "commits of other processes are not heard of at once");
        }
        Self { path, own: Notify::new(), ear: ear.ok() }
    }

    /// Tells everybody.
    pub(super) fn ring(&self) {
        self.own.notify_one();
        // Opening a file that is in the cache takes two microseconds, which is not worth a thread.
        let _ = File::open(&self.path);
    }

    /// Waits for the next ring, or for one since the last time.
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
                // Somebody else has read them, or nothing was there after all.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return std::future::pending().await,
            }
        }
    }
}

/// inotify gives a descriptor to wait on and read from, which is all that is asked of a pipe.
fn listen(path: &Path) -> io::Result<Receiver> {
    File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let ear = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC)?;
    inotify::add_watch(&ear, path, inotify::WatchFlags::OPEN)?;
    Receiver::from_file_unchecked(File::from(ear))
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
    async fn another_process_hears_it() {
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
