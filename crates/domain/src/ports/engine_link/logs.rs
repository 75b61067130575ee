//! The output of containers.

use async_trait::async_trait;

use super::LinkError;
use crate::ids::ContainerId;
use crate::ports::{LogStart, OutputFeed};

/// Follows containers.
#[async_trait]
pub trait LogLink: Send + Sync {
    /// Follows a container's output like [`ContainerLogs::follow`](crate::ports::ContainerLogs::follow). If the worker
    /// disconnects, the stream fails; it does not just end.
    async fn follow_logs(
        &self,
        container: &ContainerId,
        from: LogStart,
    ) -> Result<OutputFeed<LinkError>, LinkError>;
}
