//! [`RecordStore`]: what leaves the database.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::ids::{CommandId, Seq, StackId};
use core_monitor_domain::ports::{
    ArtifactUse, CommandFilter, NotedCommand, Page, RecordPlace, RecordStore, StoreError, StoreSizes,
};
use core_monitor_domain::records::{CommandFacts, RecordFile, RecordSubject, RecordedCommand};
use core_monitor_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::cell::{AsInteger, AsMillis, AsText};
use crate::command_filter::{FilterColumns, filtered};
use crate::database::{Connections, file_sizes};
use crate::entity::{
    audit, command, command_event, plan, record_file, recorded_command, setting, stack, version_artifact,
};
use crate::rows;
use crate::store_error::store_error;

mod candidates;
mod deleted;
mod removal;

/// Retention in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmRecordStore {
    db: Arc<Connections>,
}

impl SeaOrmRecordStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl RecordStore for SeaOrmRecordStore {
    async fn old_commands(
        &self,
        before: Timestamp,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<CommandFacts>, StoreError> {
        let tx = self.db.read().await?;
        candidates::facts(&tx, before, after, limit).await
    }

    async fn recorded(&self, commands: &[Seq]) -> Result<Vec<RecordedCommand>, StoreError> {
        let tx = self.db.read().await?;
        candidates::recorded(&tx, commands).await
    }

    async fn old_audit(&self, before: Timestamp, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let tx = self.db.read().await?;
        let noted = record_file::Entity::find()
            .select_only()
            .expr(record_file::Column::LastId.max())
            .filter(record_file::Column::Subject.eq(RecordSubject::Audit.as_str()));
        let noted = rows::value::<Option<i64>>(&tx, noted).await?.flatten().unwrap_or_default();
        let query = audit::Entity::find()
            .filter(audit::Column::AuditId.gt(noted))
            .order_by_asc(audit::Column::AuditId)
            .limit(u64::from(limit));
        let found = rows::list::<audit::Model>(&tx, query).await?;
        // Without a gap: what is behind a younger entry waits for it.
        Ok(found.into_iter().take_while(|record| record.entry.at < before).collect())
    }

    async fn files(&self) -> Result<Vec<RecordFile>, StoreError> {
        let query = record_file::Entity::find().order_by_asc(record_file::Column::Number);
        rows::list::<record_file::Model>(self.db.reader(), query).await
    }

    async fn note_commands(&self, file: &RecordFile, commands: &[NotedCommand]) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        let row = record_file::Entity::insert(record_file::row(file));
        row.exec_without_returning(&*tx).await.map_err(store_error)?;
        // Far below the number of values that one statement may have.
        for some in commands.chunks(100) {
            let rows = some.iter().map(|command| recorded_command::row(command, file.head.number));
            let insert = recorded_command::Entity::insert_many(rows);
            insert.exec_without_returning(&*tx).await.map_err(store_error)?;
        }
        tx.commit().await
    }

    async fn note_audit(&self, file: &RecordFile) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        let row = record_file::Entity::insert(record_file::row(file));
        row.exec_without_returning(&*tx).await.map_err(store_error)?;
        tx.commit().await
    }

    async fn remove_noted(&self, limit: u32) -> Result<bool, StoreError> {
        // Nothing to do is found out without the right to write.
        if !removal::is_anything_left(self.db.reader()).await? {
            return Ok(false);
        }
        let tx = self.db.write().await?;
        let more = removal::remove_some(&tx, u64::from(limit)).await?;
        tx.commit().await?;
        Ok(more)
    }

    async fn note_removed(&self, number: u32, now: Timestamp) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        let update = record_file::Entity::update_many()
            .col_expr(record_file::Column::RemovedAt, Expr::value(AsMillis(now)))
            .filter(record_file::Column::Number.eq(AsInteger(number)))
            .filter(record_file::Column::RemovedAt.is_null());
        update.exec(&*tx).await.map_err(store_error)?;
        let gone = recorded_command::Entity::delete_many()
            .filter(recorded_command::Column::File.eq(AsInteger(number)))
            .filter(recorded_command::Column::Here.lt(recorded_command::EVERYTHING));
        gone.exec(&*tx).await.map_err(store_error)?;
        tx.commit().await
    }

    async fn remove_files_of_deleted(&self, before: Timestamp, limit: u32) -> Result<bool, StoreError> {
        if !deleted::is_anything_left(self.db.reader(), before).await? {
            return Ok(false);
        }
        let tx = self.db.write().await?;
        let more = deleted::remove_some(&tx, before, u64::from(limit)).await?;
        tx.commit().await?;
        Ok(more)
    }

    async fn place_of(&self, command: CommandId) -> Result<Option<RecordPlace>, StoreError> {
        let query =
            recorded_command::Entity::find().filter(recorded_command::Column::CommandId.eq(AsText(command)));
        rows::find::<recorded_command::Model>(self.db.reader(), query).await
    }

    async fn places_after(
        &self,
        after: i64,
        beyond: i64,
        stack: Option<StackId>,
        limit: u32,
    ) -> Result<Vec<RecordPlace>, StoreError> {
        use recorded_command::Column;

        let query = recorded_command::Entity::find()
            .filter(Column::LastEvent.gt(after))
            .filter(Column::FirstEvent.gt(beyond))
            .apply_if(stack, |query, stack| query.filter(Column::StackId.eq(AsText(stack))))
            .order_by_asc(Column::FirstEvent)
            .limit(u64::from(limit));
        rows::list::<recorded_command::Model>(self.db.reader(), query).await
    }

    async fn places(&self, filter: &CommandFilter) -> Result<Page<RecordPlace>, StoreError> {
        use recorded_command::Column;

        let columns = FilterColumns {
            seq: Column::Seq,
            stack_id: Column::StackId,
            status: Column::Status,
            kind: Column::Kind,
            created_at: Column::CreatedAt,
        };
        let gone = recorded_command::Entity::find().filter(Column::Here.eq(recorded_command::NOTHING));
        let query = filtered(gone, &columns, filter);
        rows::page::<recorded_command::Model>(self.db.reader(), query, filter.limit).await
    }

    async fn last_event(&self) -> Result<i64, StoreError> {
        let last =
            recorded_command::Entity::find().select_only().expr(recorded_command::Column::LastEvent.max());
        let last = rows::value::<Option<i64>>(self.db.reader(), last).await?;
        Ok(last.flatten().unwrap_or_default())
    }

    async fn artifacts_in_use(&self) -> Result<BTreeSet<ArtifactDigest>, StoreError> {
        let live = stack::Entity::find()
            .select_only()
            .column(stack::Column::StackId)
            .filter(stack::Column::DeletedAt.is_null());
        let named = version_artifact::Entity::find()
            .select_only()
            .column(version_artifact::Column::Digest)
            .distinct()
            .filter(version_artifact::Column::StackId.in_subquery(live.into_query()));
        let named = rows::values::<AsText<ArtifactDigest>>(self.db.reader(), named).await?;
        Ok(named.into_iter().map(|cell| cell.0).collect())
    }

    async fn artifact_uses(
        &self,
        digest: &ArtifactDigest,
        limit: u32,
    ) -> Result<Vec<ArtifactUse>, StoreError> {
        let live = stack::Entity::find()
            .select_only()
            .column(stack::Column::StackId)
            .filter(stack::Column::DeletedAt.is_null());
        let query = version_artifact::uses()
            .filter(version_artifact::Column::Digest.eq(AsText(*digest)))
            .filter(version_artifact::Column::StackId.in_subquery(live.into_query()))
            .order_by_desc(version_artifact::Column::Version)
            .limit(u64::from(limit));
        rows::list::<version_artifact::Use>(self.db.reader(), query).await
    }

    async fn last_backup(&self) -> Result<Option<Timestamp>, StoreError> {
        let tx = self.db.read().await?;
        let value = rows::value::<String>(&tx, setting::value(setting::BACKED_UP_AT)).await?;
        Ok(value.as_deref().and_then(Timestamp::parse))
    }

    async fn sizes(&self) -> Result<StoreSizes, StoreError> {
        let tx = self.db.read().await?;
        let (bytes, free) = file_sizes(&tx).await?;
        let commands = command::Entity::find().count(&tx).await.map_err(store_error)?;
        let events = command_event::Entity::find().count(&tx).await.map_err(store_error)?;
        let audit = audit::Entity::find().count(&tx).await.map_err(store_error)?;
        let plans = plan::Entity::find().count(&tx).await.map_err(store_error)?;
        let there = record_file::Entity::find().filter(record_file::Column::RemovedAt.is_null());
        let files = rows::list::<record_file::Model>(&tx, there).await?;
        Ok(StoreSizes {
            bytes,
            free,
            commands,
            events,
            audit,
            plans,
            record_files: files.len() as u64,
            record_bytes: files.iter().map(|file| file.size).sum(),
        })
    }
}
