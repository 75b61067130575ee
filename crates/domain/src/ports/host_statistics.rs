//! What the host as a whole uses.

use async_trait::async_trait;

use crate::statistics::HostReading;

/// Measures the machine that the program runs on.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait HostStatistics: Send + Sync {
    /// One reading; `None` if the operating system does not say. `engine_root` is the folder of the engine's data; its disk is
    /// left out if it cannot be seen from here.
    async fn read(&self, engine_root: Option<String>) -> Option<HostReading>;
}
