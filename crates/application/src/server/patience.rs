//! Waiting until a command has ended.

use std::time::Duration;

use core_monitor_domain::command::Command;
use core_monitor_domain::ports::StoreError;
use tokio_util::sync::CancellationToken;

use super::ServerPorts;

/// How long a response may wait for a command to end.
#[derive(Debug, Clone, Default)]
pub struct Patience {
    /// Maximum time; zero returns at once.
    pub at_most: Duration,
    /// Ends the wait when the server shuts down.
    pub stopping: CancellationToken,
}

/// The command once it has ended, or its current state when the time is up.
pub(super) async fn settled_or_later(
    ports: &ServerPorts,
    command: Command,
    patience: &Patience,
) -> Result<Command, StoreError> {
    if patience.at_most.is_zero() || command.status.is_settled() {
        return Ok(command);
    }
    let until = ports.clock.elapsed() + patience.at_most;
    let mut commits = ports.commits.subscribe();
    let mut last = command;
    loop {
        commits.mark_unchanged();
        last = ports.queue.find(last.id).await?.unwrap_or(last);
        let left = until.saturating_sub(ports.clock.elapsed());
        if last.status.is_settled() || left.is_zero() {
            return Ok(last);
        }
        tokio::select! {
            _ = commits.changed() => {}
            () = ports.clock.sleep(left) => {}
            () = patience.stopping.cancelled() => return Ok(last),
        }
    }
}
