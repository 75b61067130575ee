//! [`CommandQueue`] in memory.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Cancelling, Command, CommandStatus, Found, WriteLane};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::journal::{CommandEvent, EventKind};
use core_monitor_domain::ports::{
    Cancelled, CommandFilter, CommandQueue, CommandTotal, EnqueueError, Enqueued, EventFilter, NewCommand,
    OpenCommand, Page, QueueOverview, Retried, StoreError,
};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;
use super::command_filter::{Listed, listed};
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
    async fn is_writable(&self) -> Result<(), StoreError> {
        self.db.read("CommandQueue::is_writable", |_| Ok(()))
    }

    async fn enqueue(&self, new: NewCommand) -> Result<Enqueued, EnqueueError> {
        self.db.write("CommandQueue::enqueue", |state| {
            match state.replay(&new.principal, new.idempotency.as_ref()) {
                Replay::Same(command) => return Ok(Enqueued::Replayed(*command)),
                Replay::Other => return Err(EnqueueError::IdempotencyMismatch),
                Replay::New => {}
            }
            let idempotency = new.idempotency.clone();
            let found = found(state, &new);
            let (by, now) = (new.principal.clone(), new.now);
            let command = state.append(Command::accept(new, found)?, idempotency)?;
            state.tell(&command, &by, now);
            Ok(Enqueued::New(command))
        })
    }

    async fn cancel(&self, id: CommandId, by: &Actor, now: Timestamp) -> Result<Cancelled, StoreError> {
        self.db.write("CommandQueue::cancel", |state| {
            let Some(command) = state.command(id).cloned() else { return Ok(Cancelled::NotFound) };
            Ok(match command.cancel(by, now) {
                Cancelling::Now(decision) => Cancelled::Now(state.save(decision, now)),
                Cancelling::Asked(decision) => Cancelled::Requested(state.save(decision, now)),
                Cancelling::AskedBefore => Cancelled::Requested(command),
                Cancelling::TooLate => Cancelled::TooLate(command),
            })
        })
    }

    async fn retry(&self, id: CommandId, by: &Actor, now: Timestamp) -> Result<Retried, StoreError> {
        self.db.write("CommandQueue::retry", |state| {
            let Some(command) = state.command(id).cloned() else { return Ok(Retried::NotFound) };
            Ok(match command.retry(by) {
                Some(decision) => {
                    let command = state.save(decision, now);
                    state.tell(&command, by, now);
                    Retried::Now(command)
                }
                None => Retried::NotFailed(command),
            })
        })
    }

    async fn find(&self, id: CommandId) -> Result<Option<Command>, StoreError> {
        self.db.read("CommandQueue::find", |state| Ok(state.command(id).cloned()))
    }

    async fn list(&self, filter: &CommandFilter) -> Result<Page<Command>, StoreError> {
        self.db.read("CommandQueue::list", |state| {
            let commands = state.commands.iter().map(|stored| &stored.command);
            let Page { items, more } = listed(commands, filter, |command| Listed::from(*command));
            Ok(Page { items: items.into_iter().cloned().collect(), more })
        })
    }

    async fn open<'a>(&self, of: Option<&'a [StackId]>, limit: u32) -> Result<Vec<OpenCommand>, StoreError> {
        self.db.read("CommandQueue::open", |state| {
            let open = state.commands.iter().map(|stored| &stored.command);
            let open = open.filter(|command| !command.status.releases_queue());
            let open =
                open.filter(|command| of.is_none_or(|of| of.contains(&command.stack_id))).map(|command| {
                    OpenCommand {
                        seq: command.seq,
                        stack_id: command.stack_id,
                        kind: command.payload.kind(),
                        status: command.status,
                    }
                });
            Ok(page(open, limit).items)
        })
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<CommandEvent>, StoreError> {
        self.db.read("CommandQueue::events", |state| {
            let wanted = |event: &&CommandEvent| {
                event.id > filter.after
                    && filter.command_id.is_none_or(|id| event.command_id == id)
                    && filter.means_stack(event.stack_id)
            };
            Ok(page(state.events.iter().filter(wanted).map(without_attachment), filter.limit).items)
        })
    }

    async fn last_event(&self) -> Result<i64, StoreError> {
        self.db.read("CommandQueue::last_event", |state| Ok(state.events.last().map_or(0, |event| event.id)))
    }

    async fn overview(&self) -> Result<QueueOverview, StoreError> {
        self.db.read("CommandQueue::overview", |state| {
            let pending =
                state.open(false).filter(|command| command.status == CommandStatus::Pending).count();
            // The oldest one, whether or not it is the next one.
            let head = state.open(false).next().cloned();
            let power = state.open(true).cloned().collect();
            Ok(QueueOverview { head, pending: pending as u64, power })
        })
    }

    async fn write_lane(&self) -> Result<WriteLane, StoreError> {
        self.db.read("CommandQueue::write_lane", |state| Ok(state.write_lane()))
    }

    async fn totals(&self) -> Result<Vec<CommandTotal>, StoreError> {
        self.db.read("CommandQueue::totals", |state| {
            let mut totals: BTreeMap<(&str, &str), CommandTotal> = BTreeMap::new();
            for event in &state.events {
                let Some(status) = ends_as(event.line.kind()) else { continue };
                let Some(command) = state.command(event.command_id) else { continue };
                let kind = command.payload.kind();
                let nothing = CommandTotal { kind, status, ended: 0, timed: 0, time: Duration::ZERO };
                let total = totals.entry((kind.as_str(), status.as_str())).or_insert(nothing);
                total.ended += 1;
                if event.line.epoch.is_some() {
                    total.timed += 1;
                    total.time += command.started_at.map_or(Duration::ZERO, |start| event.at.since(start));
                }
            }
            Ok(totals.into_values().collect())
        })
    }
}

/// Lists omit the attachments.
fn without_attachment(event: &CommandEvent) -> CommandEvent {
    let mut event = event.clone();
    event.line.attachment = None;
    event
}

fn ends_as(kind: EventKind) -> Option<CommandStatus> {
    match kind {
        EventKind::Done => Some(CommandStatus::Done),
        EventKind::Failed => Some(CommandStatus::Failed),
        EventKind::Cancelled => Some(CommandStatus::Cancelled),
        _ => None,
    }
}

/// The state of a new command's stack, as needed for its acceptance.
fn found(state: &State, new: &NewCommand) -> Option<Found> {
    let stack = state.live_stack(new.stack_id)?;
    let there = |version| state.versions.contains_key(&(new.stack_id, version));
    Some(Found {
        revision: stack.revision(),
        version: new.payload.version().is_none_or(there),
        on_failure: stack.on_failure,
    })
}

/// The first `limit` items, and whether there are more.
pub(super) fn page<T>(mut items: impl Iterator<Item = T>, limit: u32) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let taken: Vec<T> = items.by_ref().take(limit).collect();
    Page { items: taken, more: items.next().is_some() }
}
