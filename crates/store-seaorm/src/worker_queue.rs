//! [`WorkerQueue`]: the queue under a lease, with a fence.
//!
//! Every write begins with a guard in the same transaction. The transaction holds the database's write lock from its
//! first statement on, so nobody can take the lease between the guard and the commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::command::{Claiming, FailureScope, LaneKind, OpenQueue, Transition};
use core_monitor_domain::creation;
use core_monitor_domain::ids::{Epoch, Seq, WorkerId};
use core_monitor_domain::journal::{CommandEvent, JournalLine};
use core_monitor_domain::placement;
use core_monitor_domain::ports::{Claim, Finish, Lease, QueueError, Renewal, StoreError, WorkerQueue};
use core_monitor_domain::time::Timestamp;
use sea_orm::sea_query::InsertStatement;
use sea_orm::{ConnectionTrait, DatabaseTransaction, IdenStatic};

use crate::cell::AsInteger;
use crate::command_record::{self, open_power, queue_for};
use crate::creation_store;
use crate::database::Connections;
use crate::entity::{command, command_event, setting, worker_lease};
use crate::placements;
use crate::plan_store;
use crate::rows;
use crate::stack_store::change_stack;
use crate::statement;
use crate::store_error::store_error;

/// The queue in the database, for a worker.
#[derive(Debug, Clone)]
pub struct SeaOrmWorkerQueue {
    db: Arc<Connections>,
    rest: Arc<Rest>,
}

/// Whether the last claim found nothing, and so the next one probably finds nothing either.
#[derive(Debug)]
struct Rest {
    writes: AtomicBool,
    power: AtomicBool,
}

impl Rest {
    fn of(&self, lanes: LaneKind) -> &AtomicBool {
        match lanes {
            LaneKind::Writes => &self.writes,
            LaneKind::Power => &self.power,
        }
    }
}

impl SeaOrmWorkerQueue {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        let rest = Rest { writes: true.into(), power: true.into() };
        Self { db, rest: Arc::new(rest) }
    }

    /// A look without the write lock, for a worker that is woken up and finds nothing to do: whether a claim would write.
    /// If it would, everything is read and decided again under the lock. What is committed after the look wakes the worker
    /// up again.
    async fn anything_to_claim(
        &self,
        lease: &Lease,
        lanes: LaneKind,
        now: Timestamp,
    ) -> Result<bool, QueueError> {
        let db = self.db.reader();
        guard(db, lease, now).await?;
        let Claiming { others, claimed } = queue_for(db, lanes).await?.claim(lanes, lease, now);
        Ok(claimed.is_some() || !others.is_empty())
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
        let free = worker_lease::is_free(worker, now);
        let epoch = take(&tx, worker_lease::take(worker, expires_at, Some(free))).await?;
        let lease = epoch.map(|epoch| Lease { worker, epoch, expires_at });
        tx.commit().await?;
        Ok(lease)
    }

    async fn take_over(&self, worker: WorkerId, now: Timestamp, ttl: Duration) -> Result<Lease, StoreError> {
        let expires_at = now.plus(ttl);
        let tx = self.db.write().await?;
        let epoch = take(&tx, worker_lease::take(worker, expires_at, None)).await?;
        let epoch = epoch.ok_or_else(|| StoreError::Corrupt {
            what: "table `worker_lease` did not answer".to_owned(),
            source: None,
        })?;
        tx.commit().await?;
        Ok(Lease { worker, epoch, expires_at })
    }

    async fn lease(&self) -> Result<Option<Lease>, StoreError> {
        rows::find::<worker_lease::Model>(self.db.reader(), worker_lease::current()).await
    }

    async fn set_failure_scope(
        &self,
        lease: &Lease,
        scope: FailureScope,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let tx = self.db.write().await?;
        guard(&*tx, lease, now).await?;
        if command_record::failure_scope(&*tx).await? != scope {
            setting::failure_scope(scope).exec_without_returning(&*tx).await.map_err(store_error)?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn renew(
        &self,
        lease: &Lease,
        running: &[Seq],
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Renewal, QueueError> {
        let expires_at = now.plus(ttl);
        let tx = self.db.write().await?;
        expire(&tx, lease, now, expires_at).await?;
        let wanted = rows::values::<AsInteger<Seq>>(&*tx, command::cancel_requested()).await?;
        tx.commit().await?;
        let wanted = wanted.into_iter().map(|cell| cell.0).filter(|seq| running.contains(seq));
        Ok(Renewal { expires_at, cancel_requested: wanted.collect() })
    }

    async fn release(&self, lease: &Lease, now: Timestamp) -> Result<(), QueueError> {
        let tx = self.db.write().await?;
        expire(&tx, lease, now, now).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn claim(
        &self,
        lease: &Lease,
        lanes: LaneKind,
        now: Timestamp,
    ) -> Result<Option<Claim>, QueueError> {
        let rest = self.rest.of(lanes);
        if rest.load(Ordering::Relaxed) && !self.anything_to_claim(lease, lanes, now).await? {
            return Ok(None);
        }
        let tx = self.db.write().await?;
        guard(&*tx, lease, now).await?;
        let Claiming { others, claimed } = queue_for(&*tx, lanes).await?.claim(lanes, lease, now);
        for other in others {
            command_record::save(&tx, other, now).await?;
        }
        let claim = match claimed {
            None => None,
            Some(decision) => {
                let adopted = decision.transition == Some(Transition::Adopt);
                Some(Claim { command: command_record::save(&tx, decision, now).await?, adopted })
            }
        };
        tx.commit().await?;
        rest.store(claim.is_none(), Ordering::Relaxed);
        Ok(claim)
    }

    async fn record(
        &self,
        lease: &Lease,
        seq: Seq,
        lines: Vec<JournalLine>,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let tx = self.db.write().await?;
        let place = rows::value::<AsInteger<Seq>>(&*tx, command::claimed_place(seq, lease, now)).await?;
        place.ok_or(QueueError::LeaseLost)?;
        let concerns = |entry| creation::concerns(entry) || placement::concerns(entry);
        if lines.iter().any(|line| concerns(&line.entry)) {
            let command = rows::find::<command::Stored>(&*tx, command::claimed(seq, lease, now)).await?;
            let command = command.ok_or(QueueError::LeaseLost)?;
            for change in lines.iter().filter_map(|line| creation::change(&command, &line.entry)) {
                creation_store::change(&tx, change).await?;
            }
            for change in lines.iter().filter_map(|line| placement::change(&line.entry)) {
                placements::change(&tx, command.stack_id, change).await?;
            }
        }
        for line in lines {
            command_record::record(&tx, seq, line, now).await?;
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
        let command = rows::find::<command::Stored>(&*tx, command::claimed(seq, lease, now)).await?;
        let command = command.ok_or(QueueError::LeaseLost)?;
        let decision = command.finish(lease, &finish, now);
        let command = command_record::save(&tx, decision, now).await?;
        if let Finish::Failed { .. } = finish {
            command_record::tell_waiting(&tx, &command, now).await?;
        }
        if let Finish::Done { change, .. } | Finish::Cancelled { change, .. } = finish {
            if change.deleted {
                plan_store::forget(&tx, command.stack_id).await?;
                let queue = OpenQueue { write: None, power: open_power(&*tx).await? };
                for other in queue.deleted(&command, now) {
                    command_record::save(&tx, other, now).await?;
                }
            }
            if let Some(change) = creation::change_of_stack(command.stack_id, &change) {
                creation_store::change(&tx, change).await?;
            }
            if let Some(change) = placement::change_of_stack(&change) {
                placements::change(&tx, command.stack_id, change).await?;
            }
            change_stack(&tx, command.stack_id, *change, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn journal(&self, seq: Seq) -> Result<Vec<CommandEvent>, StoreError> {
        rows::list::<command_event::Line>(self.db.reader(), command_event::journal(seq)).await
    }
}

/// The epoch that a statement which takes the lease answers with.
async fn take(tx: &DatabaseTransaction, statement: InsertStatement) -> Result<Option<Epoch>, StoreError> {
    let row = tx.query_one(&statement).await.map_err(store_error)?;
    let epoch = row.map(|row| row.try_get::<AsInteger<Epoch>>("", worker_lease::Column::Epoch.as_str()));
    Ok(epoch.transpose().map_err(store_error)?.map(|cell| cell.0))
}

/// The lease is this worker's, of this epoch, and has not run out.
async fn guard(db: &impl ConnectionTrait, lease: &Lease, now: Timestamp) -> Result<(), QueueError> {
    let held = rows::value::<AsInteger<Epoch>>(db, worker_lease::held(lease, now)).await?;
    held.map(|_| ()).ok_or(QueueError::LeaseLost)
}

/// Lets the lease run out at `at`. The guard is in the same statement.
async fn expire(
    tx: &DatabaseTransaction,
    lease: &Lease,
    now: Timestamp,
    at: Timestamp,
) -> Result<(), QueueError> {
    let rows = statement::execute(tx, worker_lease::expire(lease, now, at)).await?;
    if rows == 1 { Ok(()) } else { Err(QueueError::LeaseLost) }
}
