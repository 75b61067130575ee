//! Waiting for the turn of this worker: until the one that works dies, or stops working although it lives.
//!
//! The kernel releases the lock of a dead process at once. A process that is suspended keeps it for ever, but its lease
//! runs out: then a waiting worker takes the lease, and the lock with it. The lease makes this safe. Whatever the old
//! worker does when it goes on is fenced: its writes to the database fail, and it starts no effect without time left on its
//! lease.

use std::time::Duration;

use core_monitor_domain::ports::{HeldLock, Lease, LockAttempt, StoreError};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Worker, chain};

/// Time between two attempts to get the lock, and between two log lines while another worker holds it.
const LOCK_POLL: Duration = Duration::from_millis(500);
const LOCK_LOG: Duration = Duration::from_secs(30);

/// The right to work, until it is lost.
pub(super) struct Turn {
    pub(super) lock: Box<dyn HeldLock>,
    /// The lease, if it was taken from a worker that had let it run out, and the elapsed time before it was requested.
    pub(super) lease: Option<(Lease, Duration)>,
}

/// How long the lease of the working worker has been seen to be over.
#[derive(Debug, Default)]
struct Overdue {
    since: Option<Duration>,
}

impl Overdue {
    /// Notes what was seen at `now`, and returns for how long it has been so. A worker that is merely cut off from the
    /// database renews its lease, or takes another, as soon as the database answers; so does this count only from then on.
    fn note(&mut self, over: bool, now: Duration) -> Duration {
        if !over {
            self.since = None;
        }
        let since = *self.since.get_or_insert(now);
        now.saturating_sub(since)
    }
}

impl Worker {
    /// Returns when this worker may work; `None` if it is told to stop first.
    pub(super) async fn next_turn(&self, shutdown: &CancellationToken) -> Option<Turn> {
        let mut said: Option<Duration> = None;
        let mut overdue = Overdue::default();
        while !shutdown.is_cancelled() {
            let now = self.ports.clock.elapsed();
            let due = said.is_none_or(|said| now.saturating_sub(said) >= LOCK_LOG);
            match self.ports.lock.try_hold().await {
                Ok(LockAttempt::Held(lock)) => {
                    info!(worker = %self.id, "this worker holds the lock and is running");
                    return Some(Turn { lock, lease: None });
                }
                Ok(LockAttempt::Busy { holder }) => {
                    if due {
                        said = Some(now);
                        warn!(%holder, "another worker is running; waiting until it ends");
                    }
                    match self.replace(&holder, &mut overdue).await {
                        Ok(Some(turn)) => return Some(turn),
                        Ok(None) => {}
                        Err(error) => {
                            overdue = Overdue::default();
                            warn!(error = %chain(&error), "cannot tell whether the other worker is working");
                        }
                    }
                }
                Err(error) if due => {
                    said = Some(now);
                    warn!(error = %chain(&error), "cannot try the worker lock, retrying");
                }
                Err(_) => {}
            }
            self.pause(LOCK_POLL, shutdown).await;
        }
        None
    }

    /// Takes lease and lock from a worker that lives but has let its lease run out for half a lease more.
    async fn replace(&self, holder: &str, overdue: &mut Overdue) -> Result<Option<Turn>, StoreError> {
        let (queue, clock, ttl) = (&*self.ports.queue, &*self.ports.clock, self.settings.lease_ttl);
        let over = queue.lease().await?.is_some_and(|lease| lease.expires_at <= clock.now());
        if !over {
            overdue.note(false, clock.elapsed());
            return Ok(None);
        }
        if overdue.note(true, clock.elapsed()) < ttl / 2 {
            return Ok(None);
        }
        let asked_at = clock.elapsed();
        let lease = match queue.acquire(self.id, clock.now(), ttl).await {
            Ok(Some(lease)) => lease,
            Ok(None) => return Ok(None),
            Err(error) => {
                warn!(%holder, "the other worker has let its lease run out, but the database cannot be written to replace it: if that process was stopped in the middle of a write, end it with `kill -9`; nothing is lost by that");
                return Err(error);
            }
        };
        let lock = self.ports.lock.displace().await?;
        warn!(worker = %self.id, %holder, epoch = lease.epoch.0, "the other worker has stopped working without ending; this one replaces it");
        Ok(Some(Turn { lock, lease: Some((lease, asked_at)) }))
    }
}
