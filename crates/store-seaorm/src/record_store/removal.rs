//! Removing what record files have. The schema refuses everything else.

use core_monitor_domain::ids::{CommandId, Seq};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::records::RecordSubject;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};

use crate::cell::{AsInteger, AsText};
use crate::entity::recorded_command::{COMMAND, Column, EVERYTHING, Entity, NOTHING};
use crate::entity::{
    audit, command, command_attachment, command_event, creation, record_file, release, stack,
};
use crate::rows;
use crate::store_error::store_error;

/// Whether a noted file has something that could leave now.
pub(super) async fn is_anything_left(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let journals =
        Entity::find().select_only().column(Column::Seq).filter(Column::Here.eq(EVERYTHING)).limit(1);
    Ok(rows::value::<i64>(db, journals).await?.is_some()
        || rows::value::<i64>(db, unneeded().limit(1)).await?.is_some()
        || rows::value::<i64>(db, noted_audit().limit(1)).await?.is_some())
}

/// Removes about `limit` rows. Whether more may follow.
pub(super) async fn remove_some(tx: &DatabaseTransaction, limit: u64) -> Result<bool, StoreError> {
    let mut left = limit;
    let journals = Entity::find()
        .select_only()
        .column(Column::Seq)
        .filter(Column::Here.eq(EVERYTHING))
        .order_by_asc(Column::Seq)
        .limit(limit);
    for seq in rows::values::<AsInteger<Seq>>(tx, journals).await? {
        if left == 0 {
            return Ok(true);
        }
        left = remove_journal(tx, seq.0, left).await?;
    }
    for seq in rows::values::<AsInteger<Seq>>(tx, unneeded().order_by_asc(Column::Seq).limit(limit)).await? {
        if left == 0 {
            return Ok(true);
        }
        remove_command(tx, seq.0).await?;
        left -= 1;
    }
    let ids = rows::values::<i64>(tx, noted_audit().limit(left)).await?;
    left = left.saturating_sub(ids.len() as u64);
    let last = ids.last().copied().unwrap_or_default();
    let gone = audit::Entity::delete_many().filter(audit::Column::AuditId.lte(last));
    gone.exec(tx).await.map_err(store_error)?;
    Ok(left == 0)
}

/// Removes at most `left` events of a command, the last ones first. How many more rows may go.
async fn remove_journal(tx: &DatabaseTransaction, seq: Seq, left: u64) -> Result<u64, StoreError> {
    let events = command_event::Entity::find()
        .select_only()
        .column(command_event::Column::EventId)
        .filter(command_event::Column::Seq.eq(AsInteger(seq)))
        .order_by_desc(command_event::Column::EventId)
        .limit(left + 1);
    let events = rows::values::<i64>(tx, events).await?;
    let is_rest = events.len() as u64 <= left;
    let most = usize::try_from(left).unwrap_or(usize::MAX);
    let Some(first) = events.iter().take(most).copied().last() else {
        return done(tx, seq).await.map(|()| left - 1);
    };
    let these: SelectStatement = Query::select()
        .column(command_event::Column::EventId)
        .from(command_event::Entity)
        .and_where(command_event::Column::Seq.eq(AsInteger(seq)))
        .and_where(command_event::Column::EventId.gte(first))
        .take();
    let attachments = command_attachment::Entity::delete_many()
        .filter(command_attachment::Column::EventId.in_subquery(these));
    attachments.exec(tx).await.map_err(store_error)?;
    let gone = command_event::Entity::delete_many()
        .filter(command_event::Column::Seq.eq(AsInteger(seq)))
        .filter(command_event::Column::EventId.gte(first));
    let gone = gone.exec(tx).await.map_err(store_error)?.rows_affected;
    if is_rest {
        done(tx, seq).await?;
    }
    Ok(left.saturating_sub(gone))
}

/// Notes that the journal of a command is gone.
async fn done(tx: &DatabaseTransaction, seq: Seq) -> Result<(), StoreError> {
    set_here(tx, seq, COMMAND).await
}

async fn set_here(tx: &DatabaseTransaction, seq: Seq, here: i64) -> Result<(), StoreError> {
    let update = Entity::update_many()
        .col_expr(Column::Here, Expr::value(here))
        .filter(Column::Seq.eq(AsInteger(seq)));
    update.exec(tx).await.map(drop).map_err(store_error)
}

async fn remove_command(tx: &DatabaseTransaction, seq: Seq) -> Result<(), StoreError> {
    let id = command::Entity::find()
        .select_only()
        .column(command::Column::CommandId)
        .filter(command::Column::Seq.eq(AsInteger(seq)));
    if let Some(id) = rows::value::<AsText<CommandId>>(tx, id).await? {
        let releases = release::Entity::delete_many().filter(release::Column::CommandId.eq(id));
        releases.exec(tx).await.map_err(store_error)?;
        let gone = command::Entity::delete_many().filter(command::Column::Seq.eq(AsInteger(seq)));
        gone.exec(tx).await.map_err(store_error)?;
    }
    set_here(tx, seq, NOTHING).await
}

/// The places of commands without a journal that nothing refers to any longer.
fn unneeded() -> Select<Entity> {
    let live = || {
        Query::select()
            .column(stack::Column::StackId)
            .from(stack::Entity)
            .and_where(stack::Column::DeletedAt.is_null())
            .take()
    };
    let last = Query::select()
        .column(stack::Column::LastSeq)
        .from(stack::Entity)
        .and_where(stack::Column::DeletedAt.is_null())
        .take();
    let creators = Query::select()
        .column(creation::Column::CommandId)
        .from(creation::Entity)
        .and_where(creation::Column::CommandId.is_not_null())
        .take();
    let newest = Query::select()
        .expr(release::Column::ReleaseId.max())
        .from(release::Entity)
        .and_where(release::Column::StackId.in_subquery(live()))
        .group_by_columns([release::Column::StackId, release::Column::Version])
        .take();
    let released = Query::select()
        .column(release::Column::CommandId)
        .from(release::Entity)
        .and_where(release::Column::ReleaseId.in_subquery(newest))
        .take();
    let needed = Condition::any()
        .add(Column::Seq.in_subquery(last))
        .add(Column::CommandId.in_subquery(creators))
        .add(Column::CommandId.in_subquery(released));
    Entity::find().select_only().column(Column::Seq).filter(Column::Here.eq(COMMAND)).filter(needed.not())
}

/// The entries of the audit that a noted file has, oldest first.
fn noted_audit() -> Select<audit::Entity> {
    let noted = record_file::Entity::find()
        .select_only()
        .expr(record_file::Column::LastId.max())
        .filter(record_file::Column::Subject.eq(RecordSubject::Audit.as_str()))
        .into_query();
    audit::Entity::find()
        .select_only()
        .column(audit::Column::AuditId)
        .filter(audit::Column::AuditId.into_expr().lte(Expr::from(noted)))
        .order_by_asc(audit::Column::AuditId)
}
