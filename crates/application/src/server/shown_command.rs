//! A command with how far it has come.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use core_monitor_domain::command::{Command, CommandKind, CommandStatus, OpenWrite, WriteLane};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::journal::Progress;
use core_monitor_domain::ports::{CommandFilter, EventFilter, StoreError};
use core_monitor_domain::time::Timestamp;

use super::ServerPorts;

/// How many events are read at once.
const EVENTS: u32 = 5_000;
/// Of how many commands it is remembered how far they have come. Few run at the same time.
const REMEMBERED: usize = 64;

/// How far running commands have come, so that only what is new in their journals is read.
#[derive(Debug, Default)]
pub(super) struct KnownProgress(Mutex<BTreeMap<CommandId, Followed>>);

/// The progress after the events up to one.
#[derive(Debug, Clone, Default)]
struct Followed {
    last: i64,
    heard_at: Option<Timestamp>,
    progress: Progress,
}

impl KnownProgress {
    /// The progress of a running command.
    async fn of(&self, ports: &ServerPorts, id: CommandId) -> Result<Followed, StoreError> {
        let mut followed = self.known().get(&id).cloned().unwrap_or_default();
        loop {
            let filter = EventFilter {
                command_id: Some(id),
                after: followed.last,
                limit: EVENTS,
                ..EventFilter::default()
            };
            let events = ports.queue.events(&filter).await?;
            for event in &events {
                followed.last = event.id;
                followed.heard_at = Some(event.at);
                followed.progress.apply(&event.line.entry);
            }
            if events.len() < usize::try_from(EVENTS).unwrap_or(usize::MAX) {
                break;
            }
        }
        let mut known = self.known();
        if known.len() >= REMEMBERED && !known.contains_key(&id) {
            known.clear();
        }
        known.insert(id, followed.clone());
        Ok(followed)
    }

    /// It has ended.
    fn forget(&self, id: CommandId) {
        self.known().remove(&id);
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<CommandId, Followed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A command with how far it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownCommand {
    /// The command.
    pub command: Command,
    /// How far it has come; `None` unless it is running.
    pub progress: Option<Progress>,
    /// When its journal got its last line; `None` unless it is running.
    pub heard_at: Option<Timestamp>,
    /// What it waits behind; `None` unless another command has to end before it can start.
    pub waits_behind: Option<OpenWrite>,
}

/// Reads the progress of a running command, and what a waiting one waits behind.
pub(super) async fn shown(
    ports: &ServerPorts,
    known: &KnownProgress,
    command: Command,
) -> Result<ShownCommand, StoreError> {
    let waits_behind = waits_behind(ports, &command).await?;
    shown_behind(ports, known, command, waits_behind).await
}

/// The same for several, which share one look at the lane.
pub(super) async fn all_shown(
    ports: &ServerPorts,
    known: &KnownProgress,
    commands: Vec<Command>,
) -> Result<Vec<ShownCommand>, StoreError> {
    let mut shown = Vec::with_capacity(commands.len());
    for ShownCommand { command, waits_behind, .. } in all_behind(ports, commands).await? {
        shown.push(shown_behind(ports, known, command, waits_behind).await?);
    }
    Ok(shown)
}

/// The same without the progress, which takes a read for each.
pub(super) async fn all_behind(
    ports: &ServerPorts,
    commands: Vec<Command>,
) -> Result<Vec<ShownCommand>, StoreError> {
    let lane = if commands.iter().any(|command| command.status == CommandStatus::Pending) {
        ports.queue.write_lane().await?
    } else {
        WriteLane::default()
    };
    let shown = |command: Command| {
        let waits_behind = lane.waits_behind(&command).cloned();
        ShownCommand { command, progress: None, heard_at: None, waits_behind }
    };
    Ok(commands.into_iter().map(shown).collect())
}

/// What a command waits behind, if it waits.
pub(super) async fn waits_behind(
    ports: &ServerPorts,
    command: &Command,
) -> Result<Option<OpenWrite>, StoreError> {
    if command.status != CommandStatus::Pending {
        return Ok(None);
    }
    Ok(ports.queue.write_lane().await?.waits_behind(command).cloned())
}

/// What the first waiting command of a stack waits behind.
pub(super) async fn stack_waits_behind(
    ports: &ServerPorts,
    stack: StackId,
) -> Result<Option<OpenWrite>, StoreError> {
    let filter = CommandFilter {
        stack_id: Some(stack),
        statuses: vec![CommandStatus::Pending],
        kinds: CommandKind::ALL.into_iter().filter(|kind| !kind.is_power_change()).collect(),
        oldest_first: true,
        limit: 1,
        ..CommandFilter::default()
    };
    match ports.queue.list(&filter).await?.items.first() {
        Some(first) => waits_behind(ports, first).await,
        None => Ok(None),
    }
}

async fn shown_behind(
    ports: &ServerPorts,
    known: &KnownProgress,
    command: Command,
    waits_behind: Option<OpenWrite>,
) -> Result<ShownCommand, StoreError> {
    if command.status != CommandStatus::Running {
        known.forget(command.id);
        return Ok(ShownCommand { command, progress: None, heard_at: None, waits_behind });
    }
    let Followed { progress, heard_at, .. } = known.of(ports, command.id).await?;
    Ok(ShownCommand { command, progress: Some(progress), heard_at, waits_behind })
}

#[cfg(test)]
mod tests;
