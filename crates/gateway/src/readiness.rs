//! Whether the gateway can do its work: it knows its routes, and what it knows is not old.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use core_monitor_domain::ports::Clock;

/// For how long the gateway is well without having read the database. It looks every few seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the keeper has done so far. Whoever runs it says so here.
pub struct Readiness {
    clock: Arc<dyn Clock>,
    has_routes: AtomicBool,
    /// The worker has not looked at the engine for a while.
    worker_is_silent: AtomicBool,
    /// When the database was last read, in milliseconds on the clock, plus one; 0 if it never was.
    read_at: AtomicU64,
}

/// How much of its work the gateway can do, as one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// All of it.
    Fully,
    /// What is awake takes requests, and nothing wakes or sleeps: there is no worker. It is no reason to send requests elsewhere.
    WithoutWorker,
}

impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fully => "ready",
            Self::WithoutWorker => {
                "ready for services that are awake; none wakes or sleeps, because the worker does not look at the engine"
            }
        })
    }
}

/// Why the gateway cannot do its work, as one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// The database was never read.
    #[error("the database was not read yet")]
    NeverRead,
    /// The database was not read for this long.
    #[error("the database was not read for {} s: services that are awake stay awake, and none wakes", .0.as_secs())]
    NotReadFor(Duration),
    /// Nobody has said which requests are for whom.
    #[error("it is not known yet which requests are for which service")]
    NoRoutes,
}

impl Readiness {
    /// Of a gateway that has just begun.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let (has_routes, worker_is_silent) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { clock, has_routes, worker_is_silent, read_at: AtomicU64::new(0) }
    }

    /// The gateway was told its routes.
    pub fn set_routes_known(&self) {
        self.has_routes.store(true, Relaxed);
    }

    /// The database was read just now, whether something had changed in it or not. It tells whether the worker looks at the engine.
    pub fn set_database_read(&self, worker_looks: bool) {
        self.worker_is_silent.store(!worker_looks, Relaxed);
        let millis = u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.read_at.store(millis.saturating_add(1), Relaxed);
    }

    /// Whether it can do its work now.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self) -> Result<Ready, NotReady> {
        let read_at = self.read_at.load(Relaxed).checked_sub(1).ok_or(NotReady::NeverRead)?;
        let age = self.clock.elapsed().saturating_sub(Duration::from_millis(read_at));
        if age > PATIENCE {
            return Err(NotReady::NotReadFor(age));
        }
        if !self.has_routes.load(Relaxed) {
            return Err(NotReady::NoRoutes);
        }
        Ok(if self.worker_is_silent.load(Relaxed) { Ready::WithoutWorker } else { Ready::Fully })
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readiness").field("now", &self.check()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_simulation::runtime_clock::RuntimeClock;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_gateway_is_ready_as_long_as_it_has_routes_and_reads_the_database() {
        let readiness = Readiness::new(Arc::new(RuntimeClock::new()));
        assert_eq!(readiness.check(), Err(NotReady::NeverRead));
        readiness.set_database_read(true);
        assert_eq!(readiness.check(), Err(NotReady::NoRoutes));
        readiness.set_routes_known();
        assert_eq!(readiness.check(), Ok(Ready::Fully));
        tokio::time::advance(PATIENCE).await;
        assert_eq!(readiness.check(), Ok(Ready::Fully));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(readiness.check(), Err(NotReady::NotReadFor(Duration::from_secs(31))));
        readiness.set_database_read(true);
        assert_eq!(readiness.check(), Ok(Ready::Fully), "it comes back by itself");
        readiness.set_database_read(false);
        assert_eq!(readiness.check(), Ok(Ready::WithoutWorker));
    }

    #[test]
    fn what_is_missing_is_one_line() {
        for missing in [NotReady::NeverRead, NotReady::NoRoutes, NotReady::NotReadFor(PATIENCE)] {
            let line = missing.to_string();
            assert!(!line.is_empty() && !line.contains('\n'), "{line}");
        }
        assert_ne!(Ready::Fully.to_string(), Ready::WithoutWorker.to_string());
    }
}
