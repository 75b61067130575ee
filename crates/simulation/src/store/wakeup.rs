//! [`QueueWakeup`] in memory.

use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::QueueWakeup;
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;

/// Wakes one loop. Uses tokio's time, so a test that pauses the clock does not wait.
#[derive(Debug)]
pub struct SimQueueWakeup {
    commits: Mutex<watch::Receiver<u64>>,
}

impl SimQueueWakeup {
    pub(super) fn new(commits: watch::Receiver<u64>) -> Self {
        Self { commits: Mutex::new(commits) }
    }
}

#[async_trait]
impl QueueWakeup for SimQueueWakeup {
    async fn wait(&self, at_most: Duration) {
        let changed = async {
            if self.commits.lock().await.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        // A timeout is as good a reason to check again as a change.
        let _ = timeout(at_most, changed).await;
    }
}
