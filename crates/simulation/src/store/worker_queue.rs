//! [`WorkerQueue`] in memory.

use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::command::{Command, CommandStatus};
use core_monitor_domain::command_event::{CommandEvent, EventEntry, EventKind};
use core_monitor_domain::ids::{Epoch, Seq, StackId, WorkerId};
use core_monitor_domain::ports::{
    Claim, Finish, Lease, QueueError, Renewal, StackChange, StoreError, WorkerQueue,
};
use core_monitor_domain::time::Timestamp;
use serde_json::json;

use super::state::{State, StoredLease};
use super::{SimDatabase, refused};

/// The queue in memory, for a worker.
#[derive(Debug, Clone)]
pub struct SimWorkerQueue {
    db: SimDatabase,
}

impl SimWorkerQueue {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl WorkerQueue for SimWorkerQueue {
    async fn acquire(
        &self,
        worker: WorkerId,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        self.db.write("WorkerQueue::acquire", |state| {
            let epoch = match state.lease {
                None => Epoch(1),
                Some(held) if held.expires_at <= now || held.worker == worker => Epoch(held.epoch.0 + 1),
                Some(_) => return Ok(None),
            };
            let expires_at = now.plus(ttl);
            state.lease = Some(StoredLease { worker, epoch, expires_at });
            Ok(Some(Lease { worker, epoch, expires_at }))
        })
    }

    async fn take_over(&self, worker: WorkerId, now: Timestamp, ttl: Duration) -> Result<Lease, StoreError> {
        self.db.write("WorkerQueue::take_over", |state| {
            let epoch = Epoch(state.lease.map_or(0, |held| held.epoch.0) + 1);
            let expires_at = now.plus(ttl);
            state.lease = Some(StoredLease { worker, epoch, expires_at });
            Ok(Lease { worker, epoch, expires_at })
        })
    }

    async fn renew(
        &self,
        lease: &Lease,
        running: Option<Seq>,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Renewal, QueueError> {
        self.db.write("WorkerQueue::renew", |state| {
            let expires_at = now.plus(ttl);
            guard(state, lease, now)?.expires_at = expires_at;
            let wanted = running.and_then(|seq| state.command_at(seq)).is_some_and(|command| {
                command.status == CommandStatus::Running && command.cancel_requested_at.is_some()
            });
            Ok(Renewal { expires_at, cancel_requested: wanted })
        })
    }

    async fn release(&self, lease: &Lease, now: Timestamp) -> Result<(), QueueError> {
        self.db.write("WorkerQueue::release", |state| {
            guard(state, lease, now)?.expires_at = now;
            Ok(())
        })
    }

    async fn claim(&self, lease: &Lease, now: Timestamp) -> Result<Option<Claim>, QueueError> {
        self.db.write("WorkerQueue::claim", |state| {
            guard(state, lease, now)?;
            let Some(head) = state.head().cloned() else { return Ok(None) };
            let adopted = match head.status {
                CommandStatus::Pending => false,
                CommandStatus::Running if head.fence < Some(lease.epoch) => true,
                _ => return Ok(None),
            };
            let command = Command {
                status: CommandStatus::Running,
                attempt: head.attempt + 1,
                fence: Some(lease.epoch),
                claimed_by: Some(lease.worker),
                started_at: head.started_at.or(Some(now)),
                ..head
            };
            let kind = if adopted { EventKind::Adopted } else { EventKind::Claimed };
            put(state, &command, entry(kind, lease, &command), now);
            Ok(Some(Claim { command, adopted }))
        })
    }

    async fn record(
        &self,
        lease: &Lease,
        seq: Seq,
        entries: Vec<EventEntry>,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        self.db.write("WorkerQueue::record", |state| {
            let command = guarded_command(state, lease, seq, now)?;
            for entry in entries {
                state.record(&command, entry, now);
            }
            Ok(())
        })
    }

    async fn finish(
        &self,
        lease: &Lease,
        seq: Seq,
        finish: Finish,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        self.db.write("WorkerQueue::finish", |state| {
            let running = guarded_command(state, lease, seq, now)?;
            if let Finish::Done { change, .. } | Finish::Cancelled { change, .. } = &finish {
                check_change(state, running.stack_id, change)?;
            }
            let (command, kind, detail) = ended(&running, &finish, now);
            if let Finish::Done { change, .. } | Finish::Cancelled { change, .. } = finish {
                change_stack(state, running.stack_id, *change, now);
            }
            put(state, &command, EventEntry { detail, ..entry(kind, lease, &command) }, now);
            Ok(())
        })
    }

    async fn journal(&self, seq: Seq) -> Result<Vec<CommandEvent>, StoreError> {
        self.db.read("WorkerQueue::journal", |state| {
            let of_command: Vec<_> = state.events.iter().filter(|event| event.seq == seq).collect();
            let retried = of_command.iter().rposition(|event| event.entry.kind == EventKind::Retried);
            let start = retried.map_or(0, |place| place + 1);
            Ok(of_command.into_iter().skip(start).cloned().collect())
        })
    }
}

fn guard<'a>(state: &'a mut State, lease: &Lease, now: Timestamp) -> Result<&'a mut StoredLease, QueueError> {
    state
        .lease
        .as_mut()
        .filter(|held| held.worker == lease.worker && held.epoch == lease.epoch && held.expires_at > now)
        .ok_or(QueueError::LeaseLost)
}

fn guarded_command(
    state: &mut State,
    lease: &Lease,
    seq: Seq,
    now: Timestamp,
) -> Result<Command, QueueError> {
    guard(state, lease, now)?;
    state
        .command_at(seq)
        .filter(|command| command.status == CommandStatus::Running && command.fence == Some(lease.epoch))
        .cloned()
        .ok_or(QueueError::LeaseLost)
}

fn entry(kind: EventKind, lease: &Lease, command: &Command) -> EventEntry {
    EventEntry { epoch: Some(lease.epoch), attempt: command.attempt, ..EventEntry::status(kind, "worker") }
}

fn put(state: &mut State, command: &Command, entry: EventEntry, now: Timestamp) {
    if let Some(stored) = state.command_at(command.seq) {
        stored.clone_from(command);
    }
    state.record(command, entry, now);
}

fn ended(running: &Command, finish: &Finish, now: Timestamp) -> (Command, EventKind, serde_json::Value) {
    let running = Command { finished_at: Some(now), ..running.clone() };
    match finish {
        Finish::Done { result, .. } => (
            Command { status: CommandStatus::Done, result: Some(result.clone()), ..running },
            EventKind::Done,
            json!({ "effects": result.effects, "notes": result.notes }),
        ),
        Finish::Failed { failure } => (
            Command { status: CommandStatus::Failed, failure: Some(failure.clone()), ..running },
            EventKind::Failed,
            json!({ "code": failure.code, "message": failure.message, "subject": failure.subject }),
        ),
        Finish::Cancelled { failure, notes, .. } => (
            Command { status: CommandStatus::Cancelled, failure: failure.clone(), ..running },
            EventKind::Cancelled,
            json!({ "code": failure.as_ref().map(|failure| failure.code), "notes": notes }),
        ),
    }
}

/// The references a database would check.
fn check_change(state: &State, stack: StackId, change: &StackChange) -> Result<(), StoreError> {
    let released = change.release.as_ref().map(|release| (release.stack_id, release.version));
    let applied = change.current_version.map(|version| (stack, version));
    match released.into_iter().chain(applied).find(|version| !state.versions.contains_key(version)) {
        Some((stack, version)) => Err(refused(format_args!("stack `{stack}` has no version {version}"))),
        None => Ok(()),
    }
}

fn change_stack(state: &mut State, stack: StackId, change: StackChange, now: Timestamp) {
    state.releases.extend(change.release);
    let Some(stack) = state.stacks.get_mut(&stack) else { return };
    if change.current_version.is_some() {
        stack.current_version = change.current_version;
        stack.updated_at = now;
    }
    if let Some(runs) = change.stopped_runs {
        stack.stopped_runs = runs;
    }
    if change.deleted {
        stack.deleted_at = Some(now);
        stack.updated_at = now;
    }
}
