//! [`WorkerQueue`]: the queue under a lease, with a fence.
//!
//! Every write begins with [`guard`] in the same transaction. The transaction holds the database's write lock from its
//! first statement on, so nobody can take the lease between the guard and the commit.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::command::{Command, CommandStatus};
use core_monitor_domain::command_event::{CommandEvent, EventEntry, EventKind};
use core_monitor_domain::ids::{Epoch, Seq, StackId, WorkerId};
use core_monitor_domain::ports::{
    Claim, Finish, Lease, QueueError, Renewal, StackChange, StoreError, WorkerQueue,
};
use core_monitor_domain::release::Release;
use core_monitor_domain::time::Timestamp;
use sea_orm::{DatabaseTransaction, Value};
use serde_json::json;

use crate::command_queue::HEAD;
use crate::command_record::{self, SELECT_EVENT, list_events};
use crate::command_row::{find_command, select_command};
use crate::database::Connections;
use crate::sql::{self, Number, json as document, millis, text};

/// The actor of everything a worker records by itself.
const WORKER: &str = "worker";

/// The queue in the database, for a worker.
#[derive(Debug, Clone)]
pub struct SeaOrmWorkerQueue {
    db: Arc<Connections>,
}

impl SeaOrmWorkerQueue {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl WorkerQueue for SeaOrmWorkerQueue {
    async fn acquire(
        &self,
        worker: WorkerId,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let expires_at = now.plus(ttl);
        let tx = self.db.write().await?;
        let epoch = sql::find::<Number>(
            &*tx,
            "INSERT INTO worker_lease (id, holder, epoch, expires_at) VALUES (1, $1, 1, $3)
             ON CONFLICT (id) DO UPDATE
             SET holder = excluded.holder, epoch = worker_lease.epoch + 1, expires_at = excluded.expires_at
             WHERE worker_lease.expires_at <= $2 OR worker_lease.holder = $1
             RETURNING epoch AS n",
            [text(worker), millis(now), millis(expires_at)],
        );
        let lease = epoch.await?.map(|epoch| Lease { worker, epoch: Epoch(epoch.n), expires_at });
        tx.commit().await?;
        Ok(lease)
    }

    async fn take_over(&self, worker: WorkerId, now: Timestamp, ttl: Duration) -> Result<Lease, StoreError> {
        let expires_at = now.plus(ttl);
        let tx = self.db.write().await?;
        let epoch = sql::one::<Number>(
            &*tx,
            "INSERT INTO worker_lease (id, holder, epoch, expires_at) VALUES (1, $1, 1, $2)
             ON CONFLICT (id) DO UPDATE
             SET holder = excluded.holder, epoch = worker_lease.epoch + 1, expires_at = excluded.expires_at
             RETURNING epoch AS n",
            [text(worker), millis(expires_at)],
        );
        let epoch = Epoch(epoch.await?.n);
        tx.commit().await?;
        Ok(Lease { worker, epoch, expires_at })
    }

    async fn renew(
        &self,
        lease: &Lease,
        running: Option<Seq>,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Renewal, QueueError> {
        let expires_at = now.plus(ttl);
        let tx = self.db.write().await?;
        guard(&tx, lease, now).await?;
        expire(&tx, expires_at).await?;
        let wanted = "SELECT COUNT(*) AS n FROM command
                      WHERE seq = $1 AND status = 'RUNNING' AND cancel_requested_at IS NOT NULL";
        let wanted = sql::one::<Number>(&*tx, wanted, [Value::from(running.map(|seq| seq.0))]).await?;
        tx.commit().await?;
        Ok(Renewal { expires_at, cancel_requested: wanted.n > 0 })
    }

    async fn release(&self, lease: &Lease, now: Timestamp) -> Result<(), QueueError> {
        let tx = self.db.write().await?;
        guard(&tx, lease, now).await?;
        expire(&tx, now).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn claim(&self, lease: &Lease, now: Timestamp) -> Result<Option<Claim>, QueueError> {
        let tx = self.db.write().await?;
        guard(&tx, lease, now).await?;
        let Some(head) = find_command(&*tx, HEAD, []).await? else { return Ok(None) };
        let adopted = match head.status {
            CommandStatus::Pending => false,
            CommandStatus::Running if head.fence < Some(lease.epoch) => true,
            _ => return Ok(None),
        };
        let command = Command {
            status: CommandStatus::Running,
            attempt: head.attempt.saturating_add(1),
            fence: Some(lease.epoch),
            claimed_by: Some(lease.worker),
            started_at: head.started_at.or(Some(now)),
            ..head
        };
        sql::execute(
            &*tx,
            "UPDATE command SET status = 'RUNNING', attempt = $2, fence = $3, claimed_by = $4,
                                started_at = COALESCE(started_at, $5)
             WHERE seq = $1",
            [
                Value::from(command.seq.0),
                Value::from(i64::from(command.attempt)),
                Value::from(lease.epoch.0),
                text(lease.worker),
                millis(now),
            ],
        )
        .await?;
        let kind = if adopted { EventKind::Adopted } else { EventKind::Claimed };
        command_record::record(&tx, command.seq, entry(kind, lease, &command), now).await?;
        tx.commit().await?;
        Ok(Some(Claim { command, adopted }))
    }

    async fn record(
        &self,
        lease: &Lease,
        seq: Seq,
        entries: Vec<EventEntry>,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let tx = self.db.write().await?;
        guarded_command(&tx, lease, seq, now).await?;
        for entry in entries {
            command_record::record(&tx, seq, entry, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn finish(
        &self,
        lease: &Lease,
        seq: Seq,
        finish: Finish,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let tx = self.db.write().await?;
        let command = guarded_command(&tx, lease, seq, now).await?;
        let ending = Ending::of(&finish)?;
        sql::execute(
            &*tx,
            "UPDATE command SET status = $2, finished_at = $3, result = $4, failure = $5 WHERE seq = $1",
            [Value::from(seq.0), text(ending.status), millis(now), ending.result, ending.failure],
        )
        .await?;
        if let Finish::Done { change, .. } | Finish::Cancelled { change, .. } = finish {
            change_stack(&tx, command.stack_id, *change, now).await?;
        }
        let entry = EventEntry { detail: ending.detail, ..entry(ending.kind, lease, &command) };
        command_record::record(&tx, seq, entry, now).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn journal(&self, seq: Seq) -> Result<Vec<CommandEvent>, StoreError> {
        let since_retry = "WHERE e.seq = $1 AND e.event_id > (
                               SELECT COALESCE(MAX(event_id), 0) FROM command_event
                               WHERE seq = $1 AND kind = 'RETRIED')
                           ORDER BY e.event_id";
        let query = format!("{SELECT_EVENT} {since_retry}");
        list_events(self.db.reader(), &query, [Value::from(seq.0)]).await
    }
}

/// The lease is this worker's, of this epoch, and has not run out.
///
/// The holder is compared beside the epoch: a database restored from a backup may hand out an old epoch again.
async fn guard(tx: &DatabaseTransaction, lease: &Lease, now: Timestamp) -> Result<(), QueueError> {
    let valid = sql::find::<Number>(
        tx,
        "SELECT 1 AS n FROM worker_lease WHERE id = 1 AND holder = $1 AND epoch = $2 AND expires_at > $3",
        [text(lease.worker), Value::from(lease.epoch.0), millis(now)],
    );
    valid.await?.map(|_| ()).ok_or(QueueError::LeaseLost)
}

/// The guard, and the command it is about: `RUNNING`, claimed under this very lease.
async fn guarded_command(
    tx: &DatabaseTransaction,
    lease: &Lease,
    seq: Seq,
    now: Timestamp,
) -> Result<Command, QueueError> {
    guard(tx, lease, now).await?;
    let mine = select_command!(" WHERE seq = $1 AND status = 'RUNNING' AND fence = $2");
    let command = find_command(tx, mine, [Value::from(seq.0), Value::from(lease.epoch.0)]).await?;
    command.ok_or(QueueError::LeaseLost)
}

async fn expire(tx: &DatabaseTransaction, at: Timestamp) -> Result<(), StoreError> {
    sql::execute(tx, "UPDATE worker_lease SET expires_at = $1 WHERE id = 1", [millis(at)]).await?;
    Ok(())
}

fn entry(kind: EventKind, lease: &Lease, command: &Command) -> EventEntry {
    EventEntry { epoch: Some(lease.epoch), attempt: command.attempt, ..EventEntry::status(kind, WORKER) }
}

/// How a command ends, as cells.
struct Ending {
    status: CommandStatus,
    kind: EventKind,
    result: Value,
    failure: Value,
    detail: serde_json::Value,
}

impl Ending {
    fn of(finish: &Finish) -> Result<Self, StoreError> {
        let none = || Value::from(None::<String>);
        Ok(match finish {
            Finish::Done { result, .. } => Self {
                status: CommandStatus::Done,
                kind: EventKind::Done,
                result: document(result)?,
                failure: none(),
                detail: json!({ "effects": result.effects, "notes": result.notes }),
            },
            // The event has no log lines: they are the container's own words and may hold secrets. The row has them.
            Finish::Failed { failure } => Self {
                status: CommandStatus::Failed,
                kind: EventKind::Failed,
                result: none(),
                failure: document(failure)?,
                detail: json!({ "code": failure.code, "message": failure.message, "subject": failure.subject }),
            },
            Finish::Cancelled { failure, notes, .. } => Self {
                status: CommandStatus::Cancelled,
                kind: EventKind::Cancelled,
                result: none(),
                failure: failure.as_ref().map_or(Ok(none()), document)?,
                detail: json!({ "code": failure.as_ref().map(|failure| failure.code), "notes": notes }),
            },
        })
    }
}

/// What a command changes of its stack.
pub(crate) async fn change_stack(
    tx: &DatabaseTransaction,
    stack_id: StackId,
    change: StackChange,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(version) = change.current_version {
        sql::execute(
            tx,
            "UPDATE stack SET current_version = $2, updated_at = $3 WHERE stack_id = $1",
            [text(stack_id), Value::from(i64::from(version.0)), millis(now)],
        )
        .await?;
    }
    if let Some(runs) = change.stopped_runs {
        let set = "UPDATE stack SET stopped_runs = $2 WHERE stack_id = $1";
        sql::execute(tx, set, [text(stack_id), document(&runs)?]).await?;
    }
    if let Some(release) = change.release {
        insert_release(tx, &release).await?;
    }
    if change.deleted {
        let set = "UPDATE stack SET deleted_at = $2, updated_at = $2 WHERE stack_id = $1";
        sql::execute(tx, set, [text(stack_id), millis(now)]).await?;
    }
    Ok(())
}

async fn insert_release(tx: &DatabaseTransaction, release: &Release) -> Result<(), StoreError> {
    sql::execute(
        tx,
        "INSERT INTO release (stack_id, version, command_id, at, images, containers)
         VALUES ($1, $2, $3, $4, $5, $6)",
        [
            text(release.stack_id),
            Value::from(i64::from(release.version.0)),
            text(release.command_id),
            millis(release.at),
            document(&release.images)?,
            document(&release.containers)?,
        ],
    )
    .await?;
    Ok(())
}
