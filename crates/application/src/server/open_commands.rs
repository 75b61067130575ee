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
pub(super) async fn open_of(ports: &ServerPorts) -> Result<OpenOf, StoreError> {
    let mut open = OpenOf::new();
    let statuses = vec![CommandStatus::Running, CommandStatus::Failed, CommandStatus::Pending];
    for command in oldest(ports, statuses, OPEN).await? {
        open.entry(command.stack_id).or_default().push((command.seq, command.status));
    }
    Ok(open)
}

/// Those that run, and those that wait for a person.
pub(super) async fn attended(ports: &ServerPorts) -> Result<Vec<Command>, StoreError> {
    oldest(ports, vec![CommandStatus::Running, CommandStatus::Failed], ATTENDED).await
}

async fn oldest(
    ports: &ServerPorts,
    statuses: Vec<CommandStatus>,
    limit: u32,
) -> Result<Vec<Command>, StoreError> {
    let filter = CommandFilter { statuses, oldest_first: true, limit, ..CommandFilter::default() };
    Ok(ports.queue.list(&filter).await?.items)
}
