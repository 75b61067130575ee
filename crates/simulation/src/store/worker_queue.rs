//! [`WorkerQueue`] in memory.

use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::command::{Claiming, Command, CommandStatus, FailureScope, LaneKind, Transition};
use core_monitor_domain::creation;
use core_monitor_domain::ids::{Epoch, Seq, StackId, WorkerId};
use core_monitor_domain::journal::{CommandEvent, EventKind, JournalLine};
use core_monitor_domain::placement;
use core_monitor_domain::ports::{
    Claim, Finish, Lease, QueueError, Renewal, StackChange, StoreError, WorkerQueue,
};
use core_monitor_domain::time::Timestamp;

use super::creation_store;
use super::plan_store;
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

    async fn lease(&self) -> Result<Option<Lease>, StoreError> {
        self.db.read("WorkerQueue::lease", |state| {
            Ok(state.lease.map(|held| Lease {
                worker: held.worker,
                epoch: held.epoch,
                expires_at: held.expires_at,
            }))
        })
    }

    async fn set_failure_scope(
        &self,
        lease: &Lease,
        scope: FailureScope,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        self.db.write("WorkerQueue::set_failure_scope", |state| {
            guard(state, lease, now)?;
            state.failure_scope = scope;
            Ok(())
        })
    }

    async fn renew(
        &self,
        lease: &Lease,
        running: &[Seq],
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Renewal, QueueError> {
        self.db.write("WorkerQueue::renew", |state| {
            let expires_at = now.plus(ttl);
            guard(state, lease, now)?.expires_at = expires_at;
            let wanted = |seq: &Seq| {
                state.command_at(*seq).is_some_and(|command| {
                    command.status == CommandStatus::Running && command.cancel_requested_at.is_some()
                })
            };
            Ok(Renewal { expires_at, cancel_requested: running.iter().copied().filter(wanted).collect() })
        })
    }

    async fn release(&self, lease: &Lease, now: Timestamp) -> Result<(), QueueError> {
        self.db.write("WorkerQueue::release", |state| {
            guard(state, lease, now)?.expires_at = now;
            Ok(())
        })
    }

    async fn claim(
        &self,
        lease: &Lease,
        lanes: LaneKind,
        now: Timestamp,
    ) -> Result<Option<Claim>, QueueError> {
        self.db.write("WorkerQueue::claim", |state| {
            guard(state, lease, now)?;
            let Claiming { others, claimed } = state.open_queue().claim(lanes, lease, now);
            for other in others {
                state.save(other, now);
            }
            Ok(claimed.map(|decision| {
                let adopted = decision.transition == Some(Transition::Adopt);
                Claim { command: state.save(decision, now), adopted }
            }))
        })
    }

    async fn record(
        &self,
        lease: &Lease,
        seq: Seq,
        lines: Vec<JournalLine>,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        self.db.write("WorkerQueue::record", |state| {
            let command = guarded_command(state, lease, seq, now)?;
            for line in lines {
                if let Some(change) = creation::change(&command, &line.entry) {
                    creation_store::change(state, change);
                }
                if let Some(change) = placement::change(&line.entry) {
                    placement::apply(&mut state.creations.placements, &command, change);
                }
                state.record(&command, line, now);
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
            let command = state.save(running.finish(lease, &finish, now), now);
            if let Finish::Failed { .. } = finish {
                state.tell_waiting(&command, now);
            }
            if let Finish::Done { change, .. } | Finish::Cancelled { change, .. } = finish {
                if change.deleted {
                    plan_store::forget(state, running.stack_id);
                    for other in state.open_queue().deleted(&command, now) {
                        state.save(other, now);
                    }
                }
                if let Some(change) = creation::change_of_stack(running.stack_id, &change) {
                    creation_store::change(state, change);
                }
                if let Some(change) = placement::change_of_stack(&change) {
                    placement::apply(&mut state.creations.placements, &running, change);
                }
                change_stack(state, running.stack_id, *change, now);
            }
            Ok(())
        })
    }

    async fn journal(&self, seq: Seq) -> Result<Vec<CommandEvent>, StoreError> {
        self.db.read("WorkerQueue::journal", |state| {
            let of_command: Vec<_> = state.events.iter().filter(|event| event.seq == seq).collect();
            let retried = of_command.iter().rposition(|event| event.line.kind() == EventKind::Retried);
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
    if change.unapplied {
        stack.current_version = None;
        stack.updated_at = now;
    }
    if let Some(runs) = change.stopped_runs {
        stack.stopped_runs = runs;
    }
    if change.deleted {
        stack.deleted_at = Some(now);
        stack.updated_at = now;
        let gone = stack.id;
        state.instances.retain(|_, instance| instance.stack != gone);
        state.made_versions.retain(|(stack, _), _| *stack != gone);
    }
}
