//! What the versions of the stacks of instances were made from.

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::template::MadeFrom;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, Select};

use crate::cell::{AsInteger, AsText, Json};

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "instance_version")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) version: AsInteger<VersionNumber>,
    pub(crate) template_version: AsInteger<VersionNumber>,
    pub(crate) assigned: Json,
    pub(crate) ports: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The number of the newest version of a stack that was made from its template.
pub(crate) fn newest(stack: StackId) -> Select<Entity> {
    Entity::find().select_only().expr(Column::Version.max()).filter(Column::StackId.eq(AsText(stack)))
}

/// The row for this version of a stack.
pub(crate) fn row(
    stack: StackId,
    version: VersionNumber,
    made: &MadeFrom,
) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        stack_id: Set(AsText(stack)),
        version: Set(AsInteger(version)),
        template_version: Set(AsInteger(made.template_version)),
        assigned: Set(Json::of(&made.values)?),
        ports: Set(Json::of(&made.ports)?),
    })
}
