//! Time.

use std::time::Duration;

use async_trait::async_trait;

use crate::time::Timestamp;

/// The only source of time.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Clock: Send + Sync {
    /// The wall clock, for records and leases that other processes read. Whole milliseconds.
    fn now(&self) -> Timestamp;

    /// Time since an arbitrary start that never goes back and goes on while the machine sleeps, for deadlines.
    fn elapsed(&self) -> Duration;

    /// Returns after `duration` of [`elapsed`](Self::elapsed) time.
    async fn sleep(&self, duration: Duration);
}
