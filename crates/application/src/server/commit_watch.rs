//! Shares one watch on the database among all requests that wait for a change.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::QueueWakeup;
use tokio::sync::watch;

/// The longest a change goes unnoticed if the wake-up fails.
const AT_MOST: Duration = Duration::from_secs(1);

/// Distributes the wake-ups of one [`QueueWakeup`] to any number of waiting requests, so that a thousand open streams
/// cost as much as one. The database is not queried while nothing waits.
pub struct CommitWatch {
    wakeup: Arc<dyn QueueWakeup>,
    commits: watch::Sender<u64>,
    audience: watch::Sender<()>,
}

impl CommitWatch {
    /// Does nothing until [`run`](Self::run) is called.
    pub fn new(wakeup: Arc<dyn QueueWakeup>) -> Self {
        Self { wakeup, commits: watch::Sender::new(0), audience: watch::Sender::new(()) }
    }

    /// A receiver that changes after every commit. To miss nothing: subscribe first, then read, then wait.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        let receiver = self.commits.subscribe();
        self.audience.send_replace(());
        receiver
    }

    /// Watches for as long as it is polled. Run it once, alongside the listener.
    pub async fn run(&self) {
        let mut audience = self.audience.subscribe();
        loop {
            if self.commits.receiver_count() == 0 {
                // The sender is in `self`, so this only ends when something subscribes.
                let _ = audience.changed().await;
                continue;
            }
            self.wakeup.wait(AT_MOST).await;
            self.commits.send_modify(|count| *count += 1);
            // Let the woken tasks run first, even if the next wake-up is due at once.
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::ports::MockQueueWakeup;

    use super::*;

    #[tokio::test]
    async fn the_database_is_not_queried_while_nothing_waits() {
        let mut wakeup = MockQueueWakeup::new();
        wakeup.expect_wait().never();
        let watch = CommitWatch::new(Arc::new(wakeup));
        let running = tokio::time::timeout(Duration::from_millis(20), watch.run());
        assert!(running.await.is_err(), "it runs for ever");
    }

    #[tokio::test]
    async fn every_waiter_is_woken_by_a_commit() {
        let mut wakeup = MockQueueWakeup::new();
        wakeup.expect_wait().returning(|_| ());
        let watch = Arc::new(CommitWatch::new(Arc::new(wakeup)));
        let (mut one, mut two) = (watch.subscribe(), watch.subscribe());
        tokio::select! {
            () = watch.run() => unreachable!("it runs for ever"),
            heard = async { one.changed().await.is_ok() && two.changed().await.is_ok() } => assert!(heard),
        }
    }
}
