//! What people want of services beside what their definitions say.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::on_demand::{DoorKey, Wish};
use core_monitor_domain::ports::StoreError;
use sea_orm::ActiveValue::Set;
use sea_orm::DeleteMany;
use sea_orm::entity::prelude::*;

use crate::cell::{AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "on_demand_wish")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) service: AsText<ServiceName>,
    pub(crate) wish: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (DoorKey, Wish);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let key = DoorKey { stack: self.stack_id.0, service: self.service.0 };
        Ok((key, self.wish.read(Column::Wish)?))
    }
}

/// The row of a service.
pub(crate) fn row(door: &DoorKey, wish: &Wish) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        stack_id: Set(AsText(door.stack)),
        service: Set(AsText(door.service.clone())),
        wish: Set(Json::of(wish)?),
    })
}

/// Removes the row of a service.
pub(crate) fn remove(door: &DoorKey) -> DeleteMany<Entity> {
    Entity::delete_many()
        .filter(Column::StackId.eq(AsText(door.stack)))
        .filter(Column::Service.eq(AsText(door.service.clone())))
}
