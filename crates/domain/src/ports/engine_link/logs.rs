//! The output of containers.

use async_trait::async_trait;

use super::LinkError;
use crate::ids::ContainerId;
use crate::logs::LogRequest;
use crate::ports::ContainerOutput;

/// Reads what containers wrote.
#[async_trait]
pub trait LogLink: Send + Sync {
    /// Reads a container's output like [`ContainerLogs::read_logs`](crate::ports::ContainerLogs::read_logs). If the worker
    /// disconnects, the feed fails; it does not just end.
    async fn read_logs(
        &self,
        container: &ContainerId,
        request: &LogRequest,
    ) -> Result<ContainerOutput<LinkError>, LinkError>;
}
