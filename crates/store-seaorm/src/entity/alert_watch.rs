//! What the watch over alerts remembers.

use core_monitor_domain::alerts::WatchState;
use core_monitor_domain::ports::StoreError;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::cell::Json;
use crate::rows::Record;

/// The id of the only row.
pub(crate) const ONLY: i64 = 1;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "alert_watch")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) state: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Option<WatchState>;

    fn read(self) -> Result<Self::Meaning, DbErr> {
        // What cannot be read is no disaster: what is the case then begins once more.
        Ok(self.state.read(Column::State).ok())
    }
}

/// The only row.
pub(crate) fn row(state: &WatchState) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel { id: Set(ONLY), state: Set(Json::of(state)?) })
}

/// A row that takes the place of the one before.
pub(crate) fn again() -> OnConflict {
    OnConflict::column(Column::Id).update_column(Column::State).to_owned()
}
