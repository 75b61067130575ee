//! The tags of versions.

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::stack_version::VersionTag;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{DeleteMany, QueryOrder};

use crate::cell::{AsInteger, AsText};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "version_tag")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) version: AsInteger<VersionNumber>,
    pub(crate) tag: AsText<VersionTag>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (VersionNumber, VersionTag);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.version.0, self.tag.0))
    }
}

/// The row for the tag of a version.
pub(crate) fn row(stack: StackId, version: VersionNumber, tag: VersionTag) -> ActiveModel {
    ActiveModel { stack_id: Set(AsText(stack)), version: Set(AsInteger(version)), tag: Set(AsText(tag)) }
}

/// The tags of the versions of `stack` from the first to the last of these.
pub(crate) fn between(stack: StackId, first: VersionNumber, last: VersionNumber) -> Select<Entity> {
    Entity::find()
        .filter(Column::StackId.eq(AsText(stack)))
        .filter(Column::Version.gte(AsInteger(first)))
        .filter(Column::Version.lte(AsInteger(last)))
        .order_by_asc(Column::Version)
}

/// The version of `stack` that has this tag.
pub(crate) fn holder(stack: StackId, tag: &VersionTag) -> Select<Entity> {
    Entity::find().filter(Column::StackId.eq(AsText(stack))).filter(Column::Tag.eq(AsText(tag)))
}

/// Removes the tag of a version.
pub(crate) fn remove(stack: StackId, version: VersionNumber) -> DeleteMany<Entity> {
    Entity::delete_many()
        .filter(Column::StackId.eq(AsText(stack)))
        .filter(Column::Version.eq(AsInteger(version)))
}
