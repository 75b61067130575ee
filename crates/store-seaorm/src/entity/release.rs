//! Releases: what successful applies left running.

use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::release::Release;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, QueryTrait};

use crate::cell::{AsInteger, AsMillis, AsText, Json};
use crate::entity::stack;
use crate::many_versions::are;
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "release")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) release_id: i64,
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) version: AsInteger<VersionNumber>,
    pub(crate) command_id: AsText<CommandId>,
    pub(crate) at: AsMillis,
    pub(crate) images: Json,
    pub(crate) containers: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Release;

    fn read(self) -> Result<Release, DbErr> {
        Ok(Release {
            stack_id: self.stack_id.0,
            version: self.version.0,
            command_id: self.command_id.0,
            at: self.at.0,
            images: self.images.read(Column::Images)?,
            containers: self.containers.read(Column::Containers)?,
        })
    }
}

/// The newest release of every version of every stack that is not deleted, by stack and version.
pub(crate) fn last_of_live_versions() -> Select<Entity> {
    let newest = Entity::find()
        .select_only()
        .column_as(Column::ReleaseId.max(), "newest")
        .group_by(Column::StackId)
        .group_by(Column::Version)
        .into_query();
    let live = stack::Entity::find()
        .select_only()
        .column(stack::Column::StackId)
        .filter(stack::Column::DeletedAt.is_null())
        .into_query();
    Entity::find()
        .filter(Column::ReleaseId.in_subquery(newest))
        .filter(Column::StackId.in_subquery(live))
        .order_by_asc(Column::StackId)
        .order_by_asc(Column::Version)
}

/// The newest release of each of these versions.
pub(crate) fn last_of(wanted: &[(StackId, VersionNumber)]) -> Select<Entity> {
    let newest = Entity::find()
        .select_only()
        .column_as(Column::ReleaseId.max(), "newest")
        .filter(are(Column::StackId, Column::Version, wanted))
        .group_by(Column::StackId)
        .group_by(Column::Version)
        .into_query();
    Entity::find().filter(Column::ReleaseId.in_subquery(newest))
}

/// The newest release of each version of `stack` from the first to the last of these.
pub(crate) fn last_between(stack: StackId, first: VersionNumber, last: VersionNumber) -> Select<Entity> {
    let newest = Entity::find()
        .select_only()
        .column_as(Column::ReleaseId.max(), "newest")
        .filter(Column::StackId.eq(AsText(stack)))
        .filter(Column::Version.gte(AsInteger(first)))
        .filter(Column::Version.lte(AsInteger(last)))
        .group_by(Column::Version)
        .into_query();
    Entity::find().filter(Column::ReleaseId.in_subquery(newest)).order_by_asc(Column::Version)
}

/// The row for `release`.
pub(crate) fn row(release: &Release) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        release_id: NotSet,
        stack_id: Set(AsText(release.stack_id)),
        version: Set(AsInteger(release.version)),
        command_id: Set(AsText(release.command_id)),
        at: Set(AsMillis(release.at)),
        images: Set(Json::of(&release.images)?),
        containers: Set(Json::of(&release.containers)?),
    })
}
