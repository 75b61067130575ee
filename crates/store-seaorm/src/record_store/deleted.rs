//! The files of stacks that are deleted.

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::FileHash;
use core_monitor_domain::time::Timestamp;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QuerySelect, Select,
};

use crate::cell::{AsInteger, AsMillis, AsText};
use crate::entity::{blob, stack, stack_file, template_file};
use crate::rows::{self, Record};
use crate::store_error::store_error;

#[derive(Debug, FromQueryResult)]
struct Key {
    stack_id: AsText<StackId>,
    version: AsInteger<VersionNumber>,
    path: String,
    hash: AsText<FileHash>,
}

impl Record for Key {
    type Entity = stack_file::Entity;
    type Meaning = Self;

    fn read(self) -> Result<Self, DbErr> {
        Ok(self)
    }
}

/// Whether a stack that was deleted before `before` still has files.
pub(super) async fn is_anything_left(
    db: &impl ConnectionTrait,
    before: Timestamp,
) -> Result<bool, StoreError> {
    Ok(rows::find::<Key>(db, of_deleted(before).limit(1)).await?.is_some())
}

/// Removes at most `limit` of the files, with the contents that no file has any more. Whether more may follow.
pub(super) async fn remove_some(
    tx: &DatabaseTransaction,
    before: Timestamp,
    limit: u64,
) -> Result<bool, StoreError> {
    let files = rows::list::<Key>(tx, of_deleted(before).limit(limit)).await?;
    let is_all = (files.len() as u64) < limit;
    for file in files {
        let gone = stack_file::Entity::delete_by_id((file.stack_id, file.version, file.path));
        gone.exec(tx).await.map_err(store_error)?;
        let same = stack_file::Entity::find()
            .select_only()
            .column(stack_file::Column::Path)
            .filter(stack_file::Column::Hash.eq(file.hash.clone()))
            .limit(1);
        let of_template = template_file::with_content(file.hash.clone());
        if rows::value::<String>(tx, same).await?.is_none()
            && rows::value::<String>(tx, of_template).await?.is_none()
        {
            blob::Entity::delete_by_id(file.hash).exec(tx).await.map_err(store_error)?;
        }
    }
    Ok(!is_all)
}

fn of_deleted(before: Timestamp) -> Select<stack_file::Entity> {
    use stack_file::Column;

    let deleted: SelectStatement = Query::select()
        .column(stack::Column::StackId)
        .from(stack::Entity)
        .and_where(stack::Column::DeletedAt.lt(AsMillis(before)))
        .take();
    stack_file::Entity::find()
        .select_only()
        .columns([Column::StackId, Column::Version, Column::Path, Column::Hash])
        .filter(Column::StackId.in_subquery(deleted))
}
