//! Notification of database changes.

use std::time::Duration;

use async_trait::async_trait;

/// Notifies of commits by other processes and connections.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait QueueWakeup: Send + Sync {
    /// Returns soon after another commit, or after `at_most`. Commits between two calls are not missed. It is only a
    /// hint: the caller checks, and also checks from time to time without it.
    async fn wait(&self, at_most: Duration);
}
