//! What the gateway has learned about services.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::on_demand::{DoorKey, Experience};
use core_monitor_domain::ports::StoreError;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::cell::{AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "on_demand_experience")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) service: AsText<ServiceName>,
    pub(crate) experience: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (DoorKey, Option<Experience>);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let key = DoorKey { stack: self.stack_id.0, service: self.service.0 };
        Ok((key, self.experience.read(Column::Experience).ok()))
    }
}

/// The row of a service.
pub(crate) fn row(door: &DoorKey, experience: &Experience) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        stack_id: Set(AsText(door.stack)),
        service: Set(AsText(door.service.clone())),
        experience: Set(Json::of(experience)?),
    })
}

/// A row that takes the place of the one before.
pub(crate) fn again() -> OnConflict {
    OnConflict::columns([Column::StackId, Column::Service]).update_column(Column::Experience).to_owned()
}

/// What was learned, about the services of one stack if given.
pub(crate) fn of(stack: Option<StackId>) -> Select<Entity> {
    match stack {
        Some(stack) => Entity::find().filter(Column::StackId.eq(AsText(stack))),
        None => Entity::find(),
    }
}
