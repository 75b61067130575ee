//! Being woken when the database changes.

use std::time::Duration;

use async_trait::async_trait;

/// Tells when another process or connection has committed something.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait QueueWakeup: Send + Sync {
    /// Returns soon after somebody else's commit, or after `at_most`. Commits between two calls are not missed.
    /// Only a hint: the caller looks again, and looks again anyway from time to time.
    async fn wait(&self, at_most: Duration);
}
