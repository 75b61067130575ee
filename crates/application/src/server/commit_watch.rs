//! One look at the database for everybody who waits for it to change.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::QueueWakeup;
use tokio::sync::watch;

/// How long changes may go unnoticed should the wake-up fail altogether.
const AT_MOST: Duration = Duration::from_secs(1);

/// Spreads the wake-ups of one [`QueueWakeup`] to any number of waiting requests, so that a thousand open streams cost as
/// much as one. While nobody waits, nothing is asked of the database.
pub struct CommitWatch {
    wakeup: Arc<dyn QueueWakeup>,
    commits: watch::Sender<u64>,
    audience: watch::Sender<()>,
}

impl CommitWatch {
    /// Nothing happens before [`run`](Self::run) does.
    pub fn new(wakeup: Arc<dyn QueueWakeup>) -> Self {
        Self { wakeup, commits: watch::Sender::new(0), audience: watch::Sender::new(()) }
    }

    /// A receiver that changes after every commit. Subscribe first, look second, wait third: nothing is missed that way.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        let receiver = self.commits.subscribe();
        self.audience.send_replace(());
        receiver
    }

    /// Watches for as long as it is polled. To be run once, beside the listener.
    pub async fn run(&self) {
        let mut audience = self.audience.subscribe();
        loop {
            if self.commits.receiver_count() == 0 {
                // The sender lives in `self`: this only ever ends by somebody subscribing.
                let _ = audience.changed().await;
                continue;
            }
            self.wakeup.wait(AT_MOST).await;
            self.commits.send_modify(|count| *count += 1);
            // Those who were woken get their turn, even if the next wake-up is due at once.
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::ports::MockQueueWakeup;

    use super::*;

    #[tokio::test]
    async fn nothing_is_asked_while_nobody_listens() {
        let mut wakeup = MockQueueWakeup::new();
        wakeup.expect_wait().never();
        let watch = CommitWatch::new(Arc::new(wakeup));
        let running = tokio::time::timeout(Duration::from_millis(20), watch.run());
        assert!(running.await.is_err(), "it runs for ever");
    }

    #[tokio::test]
    async fn everybody_hears_of_a_commit() {
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
