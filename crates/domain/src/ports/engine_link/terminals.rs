//! Commands in containers.

use async_trait::async_trait;

use super::LinkError;
use crate::ids::ContainerId;
use crate::ports::ExecSession;
use crate::terminal::{ExecRequest, ProcessList};

/// Runs commands in containers. The worker refuses containers of Core Monitor itself.
#[async_trait]
pub trait TerminalLink: Send + Sync {
    /// Starts a command like [`ContainerTerminals::exec`](crate::ports::ContainerTerminals::exec). If the worker
    /// disconnects, the output fails; it does not just end. [`LinkError::Refused`] if the container is not running.
    async fn exec(
        &self,
        container: &ContainerId,
        request: &ExecRequest,
    ) -> Result<ExecSession<LinkError>, LinkError>;

    /// The processes of a container.
    async fn processes(&self, container: &ContainerId) -> Result<ProcessList, LinkError>;
}
