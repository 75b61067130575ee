//! The alerts that were told.

use core_monitor_domain::alerts::Alert;
use core_monitor_domain::ports::{StoreError, StoredAlert};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::{DeleteMany, QueryOrder, QuerySelect};

use crate::cell::{AsMillis, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "alert")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) alert_id: i64,
    pub(crate) at: AsMillis,
    pub(crate) alert: Json,
    pub(crate) delivered: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Option<StoredAlert>;

    fn read(self) -> Result<Self::Meaning, DbErr> {
        // A later release may have told what this one does not know.
        let alert = self.alert.read(Column::Alert).ok();
        let delivered = self.delivered.read(Column::Delivered)?;
        Ok(alert.map(|alert| StoredAlert { id: self.alert_id, alert, delivered }))
    }
}

/// The row of an alert that nobody was sent yet.
pub(crate) fn row(alert: &Alert) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        alert_id: NotSet,
        at: Set(AsMillis(alert.at)),
        alert: Set(Json::of(alert)?),
        delivered: Set(Json::of(&serde_json::Map::new())?),
    })
}

/// The last ones, the newest first.
pub(crate) fn last(limit: u32) -> Select<Entity> {
    Entity::find().order_by_desc(Column::AlertId).limit(u64::from(limit))
}

/// Removes those with smaller numbers.
pub(crate) fn remove_before(id: i64) -> DeleteMany<Entity> {
    Entity::delete_many().filter(Column::AlertId.lt(id))
}
