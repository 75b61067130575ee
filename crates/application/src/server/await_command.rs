//! Waiting until a command has ended.

use std::time::Duration;

use core_monitor_domain::command::Command;
use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::StoreError;

use super::Server;

/// The command as soon as it is settled, or as it stands when `at_most` is over. `None`: there is no such command.
pub async fn await_command(
    server: &Server,
    id: CommandId,
    at_most: Duration,
) -> Result<Option<Command>, StoreError> {
    let until = server.clock.elapsed() + at_most;
    let mut commits = server.commits.subscribe();
    loop {
        commits.mark_unchanged();
        let command = server.queue.find(id).await?;
        let settled = command.as_ref().is_none_or(|command| command.status.is_settled());
        let left = until.saturating_sub(server.clock.elapsed());
        if settled || left.is_zero() {
            return Ok(command);
        }
        tokio::select! {
            _ = commits.changed() => {}
            () = server.clock.sleep(left) => {}
        }
    }
}
