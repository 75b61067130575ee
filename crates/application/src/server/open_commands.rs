//! The commands that are neither done nor cancelled.

use std::collections::BTreeMap;

use core_monitor_domain::command::{Command, CommandStatus};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{CommandFilter, StoreError};

use super::ServerPorts;
use super::known_stacks::OpenCommands;

/// How many open commands are looked through. A stack whose commands lie behind them is taken for one without.
const OPEN: u32 = 1_000;
/// How many of those that run or have failed are shown.
const ATTENDED: u32 = 200;

/// The open commands of each stack, oldest first.
pub(super) type OpenOf = BTreeMap<StackId, OpenCommands>;

/// The open commands of all stacks.
pub(super) async fn open_of_all(ports: &ServerPorts) -> Result<OpenOf, StoreError> {
    open_commands(ports, None).await
}

/// The open commands of these stacks.
pub(super) async fn open_of(ports: &ServerPorts, stacks: &[StackId]) -> Result<OpenOf, StoreError> {
    open_commands(ports, Some(stacks)).await
}

async fn open_commands(ports: &ServerPorts, of: Option<&[StackId]>) -> Result<OpenOf, StoreError> {
    let mut open = OpenOf::new();
    for command in ports.queue.open(of, OPEN).await? {
        open.entry(command.stack_id).or_default().push(command);
    }
    Ok(open)
}

/// Those that run, and those that wait for a person.
pub(super) async fn attended(ports: &ServerPorts) -> Result<Vec<Command>, StoreError> {
    let statuses = vec![CommandStatus::Running, CommandStatus::Failed];
    let filter = CommandFilter { statuses, oldest_first: true, limit: ATTENDED, ..CommandFilter::default() };
    Ok(ports.queue.list(&filter).await?.items)
}
