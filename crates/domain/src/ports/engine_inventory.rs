//! Reading everything that takes space on the engine's host.

use async_trait::async_trait;

use super::EngineError;
use crate::inventory::{DiskUsage, Inventory};
use crate::time::Timestamp;

/// Reads what a host has. Nothing here changes anything.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EngineInventory: Send + Sync {
    /// Every image, volume, network and container of the host, read at `now`. With `sizes`, the engine also adds up how much
    /// space they take, which takes seconds on a host with many files.
    async fn inventory(&self, now: Timestamp, sizes: bool) -> Result<Inventory, EngineError>;

    /// Only how much space everything takes.
    async fn disk_usage(&self, now: Timestamp) -> Result<DiskUsage, EngineError>;
}
