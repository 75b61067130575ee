//! [`CommandQueue`] in memory.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::command::{Command, CommandStatus};
use core_monitor_domain::command_event::{CommandEvent, EventEntry, EventKind};
use core_monitor_domain::ids::{CommandId, Seq};
use core_monitor_domain::ports::{
    Cancelled, CommandFilter, CommandQueue, CommandTotal, EnqueueError, Enqueued, EventFilter, IfMatch,
    NewCommand, Page, QueueOverview, Retried, StoreError,
};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;
use super::state::{Replay, State};

/// The queue in memory.
#[derive(Debug, Clone)]
pub struct SimCommandQueue {
    db: SimDatabase,
}

impl SimCommandQueue {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl CommandQueue for SimCommandQueue {
    async fn enqueue(&self, new: NewCommand) -> Result<Enqueued, EnqueueError> {
        self.db.write("CommandQueue::enqueue", |state| {
            match state.replay(&new.principal, new.idempotency.as_ref()) {
                Replay::Same(command) => return Ok(Enqueued::Replayed(*command)),
                Replay::Other => return Err(EnqueueError::IdempotencyMismatch),
                Replay::New => {}
            }
            check_stack(state, &new)?;
            let idempotency = new.idempotency.clone();
            Ok(Enqueued::New(state.append(pending(new), idempotency)?))
        })
    }

    async fn cancel(&self, id: CommandId, principal: &str, now: Timestamp) -> Result<Cancelled, StoreError> {
        self.db.write("CommandQueue::cancel", |state| {
            let Some(command) = state.command(id).cloned() else { return Ok(Cancelled::NotFound) };
            match command.status {
                CommandStatus::Pending | CommandStatus::Failed => {
                    let command =
                        Command { status: CommandStatus::Cancelled, finished_at: Some(now), ..command };
                    put(state, &command, EventKind::Cancelled, principal, now);
                    Ok(Cancelled::Now(command))
                }
                CommandStatus::Running if command.cancel_requested_at.is_none() => {
                    let command = Command { cancel_requested_at: Some(now), ..command };
                    put(state, &command, EventKind::CancelRequested, principal, now);
                    Ok(Cancelled::Requested(command))
                }
                CommandStatus::Running => Ok(Cancelled::Requested(command)),
                CommandStatus::Done | CommandStatus::Cancelled => Ok(Cancelled::TooLate(command)),
            }
        })
    }

    async fn retry(&self, id: CommandId, principal: &str, now: Timestamp) -> Result<Retried, StoreError> {
        self.db.write("CommandQueue::retry", |state| {
            let Some(command) = state.command(id).cloned() else { return Ok(Retried::NotFound) };
            if command.status != CommandStatus::Failed {
                return Ok(Retried::NotFailed(command));
            }
            let failed_attempt = command.attempt;
            let command = Command {
                status: CommandStatus::Pending,
                retry: command.retry + 1,
                attempt: 0,
                finished_at: None,
                cancel_requested_at: None,
                failure: None,
                ..command
            };
            replace(state, &command);
            let entry =
                EventEntry { attempt: failed_attempt, ..EventEntry::status(EventKind::Retried, principal) };
            state.record(&command, entry, now);
            Ok(Retried::Now(command))
        })
    }

    async fn find(&self, id: CommandId) -> Result<Option<Command>, StoreError> {
        self.db.read("CommandQueue::find", |state| Ok(state.command(id).cloned()))
    }

    async fn list(&self, filter: &CommandFilter) -> Result<Page<Command>, StoreError> {
        self.db.read("CommandQueue::list", |state| {
            let wanted = |command: &&Command| {
                filter.stack_id.is_none_or(|stack| command.stack_id == stack)
                    && filter.status.is_none_or(|status| command.status == status)
                    && filter.before.is_none_or(|before| command.seq < before)
            };
            let newest_first = state.commands.iter().rev().map(|stored| &stored.command);
            Ok(page(newest_first.filter(wanted).cloned(), filter.limit))
        })
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<CommandEvent>, StoreError> {
        self.db.read("CommandQueue::events", |state| {
            let wanted = |event: &&CommandEvent| {
                event.id > filter.after && filter.command_id.is_none_or(|id| event.command_id == id)
            };
            Ok(page(state.events.iter().filter(wanted).cloned(), filter.limit).items)
        })
    }

    async fn last_event(&self) -> Result<i64, StoreError> {
        self.db.read("CommandQueue::last_event", |state| Ok(state.events.last().map_or(0, |event| event.id)))
    }

    async fn overview(&self) -> Result<QueueOverview, StoreError> {
        self.db.read("CommandQueue::overview", |state| {
            let waiting = |status| status == CommandStatus::Pending;
            let pending = state.commands.iter().filter(|stored| waiting(stored.command.status)).count();
            Ok(QueueOverview { head: state.head().cloned(), pending: pending as u64 })
        })
    }

    async fn totals(&self) -> Result<Vec<CommandTotal>, StoreError> {
        self.db.read("CommandQueue::totals", |state| {
            let mut totals: BTreeMap<(&str, &str), CommandTotal> = BTreeMap::new();
            for event in &state.events {
                let Some(status) = ends_as(event.entry.kind) else { continue };
                let Some(command) = state.command(event.command_id) else { continue };
                let kind = command.payload.kind();
                let nothing = CommandTotal { kind, status, ended: 0, timed: 0, time: Duration::ZERO };
                let total = totals.entry((kind.as_str(), status.as_str())).or_insert(nothing);
                total.ended += 1;
                if event.entry.epoch.is_some() {
                    total.timed += 1;
                    total.time += command.started_at.map_or(Duration::ZERO, |start| event.at.since(start));
                }
            }
            Ok(totals.into_values().collect())
        })
    }
}

fn ends_as(kind: EventKind) -> Option<CommandStatus> {
    match kind {
        EventKind::Done => Some(CommandStatus::Done),
        EventKind::Failed => Some(CommandStatus::Failed),
        EventKind::Cancelled => Some(CommandStatus::Cancelled),
        _ => None,
    }
}

fn check_stack(state: &State, new: &NewCommand) -> Result<(), EnqueueError> {
    let stack = state.live_stack(new.stack_id).ok_or(EnqueueError::StackNotFound)?;
    if let Some(version) = new.payload.version()
        && !state.versions.contains_key(&(new.stack_id, version))
    {
        return Err(EnqueueError::VersionNotFound);
    }
    match new.if_match {
        IfMatch::Exactly(expected) if expected != stack.revision() => {
            Err(EnqueueError::PreconditionFailed { current: stack.revision() })
        }
        _ => Ok(()),
    }
}

fn pending(new: NewCommand) -> Command {
    Command {
        id: new.id,
        seq: Seq(0),
        stack_id: new.stack_id,
        payload: new.payload,
        status: CommandStatus::Pending,
        principal: new.principal,
        created_at: new.now,
        started_at: None,
        finished_at: None,
        attempt: 0,
        retry: 0,
        fence: None,
        claimed_by: None,
        cancel_requested_at: None,
        failure: None,
        result: None,
    }
}

fn replace(state: &mut State, command: &Command) {
    if let Some(stored) = state.command_at(command.seq) {
        stored.clone_from(command);
    }
}

fn put(state: &mut State, command: &Command, kind: EventKind, principal: &str, now: Timestamp) {
    replace(state, command);
    let entry = EventEntry { attempt: command.attempt, ..EventEntry::status(kind, principal) };
    state.record(command, entry, now);
}

/// The first `limit` items, and whether there are more.
pub(super) fn page<T>(mut items: impl Iterator<Item = T>, limit: u32) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let taken: Vec<T> = items.by_ref().take(limit).collect();
    Page { items: taken, more: items.next().is_some() }
}
