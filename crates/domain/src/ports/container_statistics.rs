//! What containers use, as the engine measures it.

use std::time::Duration;

use async_trait::async_trait;

use super::{EngineError, Feed};
use crate::ids::ContainerId;
use crate::statistics::Reading;

/// Readings of one container.
pub type ReadingFeed = Box<dyn Feed<Reading, EngineError>>;

/// Measures containers.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ContainerStatistics: Send + Sync {
    /// Measures one container: once as soon as possible, then about every `every`, until its run ends. For a container that
    /// does not run, it ends at once. An engine may overlook an end of less than a second; then counters begin again.
    /// [`EngineError::NotFound`] if there is no such container. A reader that is late misses readings.
    async fn measure(&self, container: &ContainerId, every: Duration) -> Result<ReadingFeed, EngineError>;

    /// The folder of the engine's data, on its host.
    async fn data_root(&self) -> Result<String, EngineError>;
}
