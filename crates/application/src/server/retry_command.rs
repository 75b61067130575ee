//! Trying a failed command again.

use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::{Retried, StoreError};

use super::Server;

/// Puts a failed command back at its old place, which is the head of the queue.
pub async fn retry_command(server: &Server, id: CommandId, principal: &str) -> Result<Retried, StoreError> {
    server.queue.retry(id, principal, server.clock.now()).await
}
