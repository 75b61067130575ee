//! The worker's end.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use core_monitor_domain::ports::{Clock, EngineLink};
use tokio::net::UnixListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::answerer::{Answerer, ConnectionEnd};
use crate::limits::Limits;
use crate::operation::Operations;

/// Pause after a failed accept, for example when the process has no free file descriptors.
const REST: Duration = Duration::from_millis(100);

/// A socket that only its owner can open.
#[derive(Debug)]
pub struct EngineLinkListener {
    listener: UnixListener,
    path: PathBuf,
    /// Distinguishes this socket from one that another worker has created in its place.
    inode: u64,
    limits: Limits,
}

/// The socket cannot be created.
#[derive(Debug, thiserror::Error)]
#[error("cannot create the socket `{}` of the engine link", .path.display())]
pub struct ListenError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl EngineLinkListener {
    /// Listens on `path`, replacing an earlier listener.
    pub fn bind(path: &Path) -> Result<Self, ListenError> {
        let listener = bind(path).map_err(|source| ListenError { path: path.to_owned(), source })?;
        let inode = fs::metadata(path).map(|file| file.ino()).unwrap_or_default();
        Ok(Self { listener, path: path.to_owned(), inode, limits: Limits::default() })
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Serves while it is polled. Connections and their operations end with it. Deadlines use `clock`.
    pub async fn run(&self, link: Arc<dyn EngineLink>, clock: Arc<dyn Clock>) -> std::convert::Infallible {
        let operations = Arc::new(Operations::all());
        self.serve(Answerer { link, clock, limits: self.limits, operations }).await
    }

    pub(crate) async fn serve(&self, answerer: Answerer) -> std::convert::Infallible {
        let places = Arc::new(Semaphore::new(answerer.limits.connections));
        let complaints = Arc::new(Complaints::default());
        let mut connections = JoinSet::new();
        loop {
            let place = Arc::clone(&places).acquire_owned().await;
            while connections.try_join_next().is_some() {}
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let (answerer, complaints) = (answerer.clone(), Arc::clone(&complaints));
                    connections.spawn(async move {
                        complaints.log(&answerer.serve(stream).await);
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the engine link cannot accept connections at the moment");
                    answerer.clock.sleep(REST).await;
                }
            }
        }
    }
}

/// Whether the log already says that connections end with errors.
#[derive(Debug, Default)]
struct Complaints(AtomicBool);

impl Complaints {
    /// Warns of the first of several errors in a row only: a client that tries again and again would fill the log.
    fn log(&self, end: &ConnectionEnd) {
        if self.is_worth_a_warning(end) {
            tracing::warn!(
                reason = %end,
                "a connection of the engine link was closed because of an error; more like it are logged at level `debug`"
            );
        } else {
            tracing::debug!(reason = %end, "a connection of the engine link ended");
        }
    }

    fn is_worth_a_warning(&self, end: &ConnectionEnd) -> bool {
        let failed = !end.is_expected();
        let failed_before = self.0.swap(failed, Ordering::Relaxed);
        failed && !failed_before
    }
}

impl Drop for EngineLinkListener {
    fn drop(&mut self) {
        // A leftover socket is replaced by the next worker; a missing one shows that no worker is running.
        if fs::metadata(&self.path).is_ok_and(|file| file.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Created under a temporary name first, so that nobody else can connect to `path` at any time.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let unfinished = path.with_extension("new");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&unfinished)?;
    fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o600))?;
    fs::rename(&unfinished, path)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mux::Broken;

    #[test]
    fn errors_in_a_row_are_one_warning() {
        let complaints = Complaints::default();
        let silent = ConnectionEnd::Silent(Duration::from_secs(5));
        assert!(complaints.is_worth_a_warning(&silent));
        assert!(!complaints.is_worth_a_warning(&silent));
        assert!(!complaints.is_worth_a_warning(&ConnectionEnd::Broken(Broken::Ended)));
        assert!(complaints.is_worth_a_warning(&silent), "in between, a connection was in order");
    }
}
