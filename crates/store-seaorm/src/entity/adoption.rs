//! The objects adopted by imported stacks.

use core_monitor_domain::adoption::Adoption;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::cell::{AsInteger, AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "adoption")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) version: AsInteger<VersionNumber>,
    pub(crate) containers: Json,
    pub(crate) networks: Json,
    pub(crate) volumes: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(
        belongs_to = "super::stack::Entity",
        from = "Column::StackId",
        to = "super::stack::Column::StackId"
    )]
    Stack,
}

impl Related<super::stack::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Stack.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Adoption;

    fn read(self) -> Result<Adoption, DbErr> {
        Ok(Adoption {
            stack_id: self.stack_id.0,
            version: self.version.0,
            containers: self.containers.read(Column::Containers)?,
            networks: self.networks.read(Column::Networks)?,
            volumes: self.volumes.read(Column::Volumes)?,
        })
    }
}

/// The row for `adoption`.
pub(crate) fn row(adoption: &Adoption) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        stack_id: Set(AsText(adoption.stack_id)),
        version: Set(AsInteger(adoption.version)),
        containers: Set(Json::of(&adoption.containers)?),
        networks: Set(Json::of(&adoption.networks)?),
        volumes: Set(Json::of(&adoption.volumes)?),
    })
}
