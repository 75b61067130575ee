//! A clock that moves only when told to.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::Clock;
use core_monitor_domain::time::Timestamp;
use tokio::sync::watch;

/// Time passes only in [`advance`](Self::advance), equally for wall clock and elapsed time.
#[derive(Debug)]
pub struct ManualClock {
    start: Timestamp,
    elapsed: watch::Sender<Duration>,
    finished: AtomicUsize,
}

impl ManualClock {
    /// Starts at 2026-01-26T10:00:00Z.
    pub fn new() -> Self {
        Self::starting_at(Timestamp(jiff::Timestamp::constant(1_769_421_600, 0)))
    }

    /// Starts at `start`.
    pub fn starting_at(start: Timestamp) -> Self {
        Self { start, elapsed: watch::Sender::new(Duration::ZERO), finished: AtomicUsize::new(0) }
    }

    /// Advances time and wakes every sleep that is over.
    pub fn advance(&self, duration: Duration) {
        self.elapsed.send_modify(|elapsed| *elapsed += duration);
    }

    /// The number of current sleeps. A test can wait for one before it moves the clock.
    pub fn sleepers(&self) -> usize {
        self.elapsed.receiver_count()
    }

    /// The number of finished sleeps. A test can wait until its move of the clock has been noticed.
    pub fn finished_sleeps(&self) -> usize {
        self.finished.load(Ordering::Relaxed)
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.start.plus(*self.elapsed.borrow())
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.borrow()
    }

    async fn sleep(&self, duration: Duration) {
        let mut elapsed = self.elapsed.subscribe();
        let until = *elapsed.borrow() + duration;
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = elapsed.wait_for(|now| *now >= until).await;
        self.finished.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_sleep_ends_exactly_when_it_is_due() {
        let clock = Arc::new(ManualClock::new());
        assert_eq!(clock.now().to_string(), "2026-01-26T10:00:00Z");
        let sleeper = tokio::spawn({
            let clock = Arc::clone(&clock);
            async move { clock.sleep(Duration::from_secs(5)).await }
        });
        while clock.sleepers() == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_secs(4));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
        assert_eq!(clock.now().to_string(), "2026-01-26T10:00:05Z");
    }
}
