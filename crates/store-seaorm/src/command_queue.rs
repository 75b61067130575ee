//! [`CommandQueue`]: putting commands into the queue, and reading it.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{Cancelling, Command, Found, WriteLane};
use core_monitor_domain::ids::{CommandId, StackId};
use core_monitor_domain::journal::CommandEvent;
use core_monitor_domain::ports::{
    Cancelled, CommandFilter, CommandQueue, CommandTotal, EnqueueError, Enqueued, EventFilter, NewCommand,
    OpenCommand, Page, QueueOverview, Retried, StoreError,
};
use core_monitor_domain::time::Timestamp;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::cell::{AsInteger, AsText};
use crate::command_filter::{FilterColumns, filtered};
use crate::command_record::{self, Replay, head, open_power};
use crate::database::Connections;
use crate::entity::{command, command_event, command_total, stack};
use crate::rows;

/// The queue in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmCommandQueue {
    db: Arc<Connections>,
}

impl SeaOrmCommandQueue {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl CommandQueue for SeaOrmCommandQueue {
    async fn is_writable(&self) -> Result<(), StoreError> {
        self.db.is_writable().await
    }

    async fn enqueue(&self, new: NewCommand) -> Result<Enqueued, EnqueueError> {
        let tx = self.db.write().await?;
        match command_record::replay(&tx, &new.principal, new.idempotency.as_ref()).await? {
            Replay::Same(command) => return Ok(Enqueued::Replayed(*command)),
            Replay::Other => return Err(EnqueueError::IdempotencyMismatch),
            Replay::New => {}
        }
        let idempotency = new.idempotency.clone();
        let found = found(&tx, &new).await?;
        let (by, now) = (new.principal.clone(), new.now);
        let command = command_record::append(&tx, Command::accept(new, found)?, idempotency.as_ref()).await?;
        command_record::tell(&tx, &command, &by, now).await?;
        tx.commit().await?;
        Ok(Enqueued::New(command))
    }

    async fn cancel(&self, id: CommandId, by: &Actor, now: Timestamp) -> Result<Cancelled, StoreError> {
        let tx = self.db.write().await?;
        let Some(command) = find(&tx, id).await? else { return Ok(Cancelled::NotFound) };
        let cancelled = match command.cancel(by, now) {
            Cancelling::Now(decision) => Cancelled::Now(command_record::save(&tx, decision, now).await?),
            Cancelling::Asked(decision) => {
                Cancelled::Requested(command_record::save(&tx, decision, now).await?)
            }
            Cancelling::AskedBefore => return Ok(Cancelled::Requested(command)),
            Cancelling::TooLate => return Ok(Cancelled::TooLate(command)),
        };
        tx.commit().await?;
        Ok(cancelled)
    }

    async fn retry(&self, id: CommandId, by: &Actor, now: Timestamp) -> Result<Retried, StoreError> {
        let tx = self.db.write().await?;
        let Some(command) = find(&tx, id).await? else { return Ok(Retried::NotFound) };
        let Some(decision) = command.retry(by) else {
            return Ok(Retried::NotFailed(command));
        };
        let command = command_record::save(&tx, decision, now).await?;
        command_record::tell(&tx, &command, by, now).await?;
        tx.commit().await?;
        Ok(Retried::Now(command))
    }

    async fn find(&self, id: CommandId) -> Result<Option<Command>, StoreError> {
        rows::find::<command::Stored>(self.db.reader(), command::by_id(id)).await
    }

    async fn list(&self, filter: &CommandFilter) -> Result<Page<Command>, StoreError> {
        use command::Column;

        let statuses = &filter.statuses;
        let open = !statuses.is_empty() && !statuses.iter().any(|status| status.releases_queue());
        let query = command::find().apply_if(open.then_some(()), |query, ()| query.filter(command::open()));
        let columns = FilterColumns {
            seq: Column::Seq,
            stack_id: Column::StackId,
            status: Column::Status,
            kind: Column::Kind,
            created_at: Column::CreatedAt,
        };
        let query = filtered(query, &columns, filter);
        rows::page::<command::Stored>(self.db.reader(), query, filter.limit).await
    }

    async fn open<'a>(&self, of: Option<&'a [StackId]>, limit: u32) -> Result<Vec<OpenCommand>, StoreError> {
        let query = command::first_open(u64::from(limit)).apply_if(of, |query, stacks| {
            query.filter(command::Column::StackId.is_in(stacks.iter().copied().map(AsText)))
        });
        rows::list::<command::Open>(self.db.reader(), query).await
    }

    async fn events(&self, filter: &EventFilter) -> Result<Vec<CommandEvent>, StoreError> {
        let query = command_event::lines()
            .apply_if(filter.command_id, |query, id| query.filter(command_event::of_command(id)))
            .apply_if(filter.stack_id, |query, id| query.filter(command::Column::StackId.eq(AsText(id))))
            .apply_if((!filter.stacks.is_empty()).then_some(()), |query, ()| {
                query.filter(command::Column::StackId.is_in(filter.stacks.iter().copied().map(AsText)))
            })
            .filter(command_event::Column::EventId.gt(filter.after))
            .limit(u64::from(filter.limit));
        rows::list::<command_event::Line>(self.db.reader(), query).await
    }

    async fn last_event(&self) -> Result<i64, StoreError> {
        let last = rows::value::<Option<i64>>(self.db.reader(), command_event::last()).await?;
        Ok(last.flatten().unwrap_or_default())
    }

    async fn overview(&self) -> Result<QueueOverview, StoreError> {
        let tx = self.db.read().await?;
        let (head, power) = (head(&tx).await?, open_power(&tx).await?);
        let pending = rows::value::<AsInteger<u64>>(&tx, command::pending()).await?;
        Ok(QueueOverview { head, pending: pending.map_or(0, |count| count.0), power })
    }

    async fn write_lane(&self) -> Result<WriteLane, StoreError> {
        let tx = self.db.read().await?;
        command_record::write_lane(&tx).await
    }

    async fn totals(&self) -> Result<Vec<CommandTotal>, StoreError> {
        use command_total::{Column, Entity, Model};

        let query = Entity::find().order_by_asc(Column::Kind).order_by_asc(Column::Status);
        rows::list::<Model>(self.db.reader(), query).await
    }
}

/// The stack that a new command is about, as far as its acceptance depends on it.
async fn found(tx: &DatabaseTransaction, new: &NewCommand) -> Result<Option<Found>, StoreError> {
    rows::find::<stack::State>(tx, stack::state(new.stack_id, new.payload.version())).await
}

async fn find(tx: &DatabaseTransaction, id: CommandId) -> Result<Option<Command>, StoreError> {
    rows::find::<command::Stored>(tx, command::by_id(id)).await
}
