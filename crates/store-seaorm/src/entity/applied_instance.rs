//! What the applied versions of instances were made from: a view of [`instance_version`](super::instance_version).

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::template::MadeFrom;
use sea_orm::entity::prelude::*;

use crate::cell::{AsInteger, AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "applied_instance")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) template_version: AsInteger<VersionNumber>,
    pub(crate) assigned: Json,
    pub(crate) ports: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (StackId, MadeFrom);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let made = MadeFrom {
            template_version: self.template_version.0,
            values: self.assigned.read(Column::Assigned)?,
            ports: self.ports.read(Column::Ports)?,
        };
        Ok((self.stack_id.0, made))
    }
}

/// What the applied versions of these stacks were made from.
pub(crate) fn of(stacks: impl Iterator<Item = StackId>) -> Select<Entity> {
    Entity::find().filter(Column::StackId.is_in(stacks.map(AsText)))
}
