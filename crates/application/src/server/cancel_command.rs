//! Giving a command up.

use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::{Cancelled, StoreError};

use super::Server;

/// Cancels a command that waits or has failed; asks the worker to stop one that runs.
pub async fn cancel_command(
    server: &Server,
    id: CommandId,
    principal: &str,
) -> Result<Cancelled, StoreError> {
    server.queue.cancel(id, principal, server.clock.now()).await
}
