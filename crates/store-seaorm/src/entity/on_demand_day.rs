//! What happened to services on single days.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::on_demand::{Day, DayNumber, DoorKey};
use core_monitor_domain::ports::StoreError;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DeleteMany, QueryOrder};

use crate::cell::{AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "on_demand_day")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) service: AsText<ServiceName>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) day: i64,
    pub(crate) happened: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (DoorKey, DayNumber, Option<Day>);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let key = DoorKey { stack: self.stack_id.0, service: self.service.0 };
        Ok((key, DayNumber(self.day), self.happened.read(Column::Happened).ok()))
    }
}

/// The row of a day of a service.
pub(crate) fn row(door: &DoorKey, day: DayNumber, happened: &Day) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        stack_id: Set(AsText(door.stack)),
        service: Set(AsText(door.service.clone())),
        day: Set(day.0),
        happened: Set(Json::of(happened)?),
    })
}

/// A row that takes the place of the one before.
pub(crate) fn again() -> OnConflict {
    OnConflict::columns([Column::StackId, Column::Service, Column::Day])
        .update_column(Column::Happened)
        .to_owned()
}

/// The days from one on, of one stack if given.
pub(crate) fn since(stack: Option<StackId>, day: DayNumber) -> Select<Entity> {
    let days = Entity::find().filter(Column::Day.gte(day.0)).order_by_asc(Column::Day);
    match stack {
        Some(stack) => days.filter(Column::StackId.eq(AsText(stack))),
        None => days,
    }
}

/// Removes the days before one.
pub(crate) fn remove_before(day: DayNumber) -> DeleteMany<Entity> {
    Entity::delete_many().filter(Column::Day.lt(day.0))
}
