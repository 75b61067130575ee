//! The gateway, as it last said how it stands.

use core_monitor_domain::on_demand::GatewayReport;
use core_monitor_domain::ports::StoreError;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::cell::Json;
use crate::rows::Record;

/// The id of the only row.
pub(crate) const ONLY: i64 = 1;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "on_demand_gateway")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) report: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Option<GatewayReport>;

    fn read(self) -> Result<Self::Meaning, DbErr> {
        // A later release may say more, and what it says lasts only for seconds.
        Ok(self.report.read(Column::Report).ok())
    }
}

/// The only row.
pub(crate) fn row(report: &GatewayReport) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel { id: Set(ONLY), report: Set(Json::of(report)?) })
}

/// A row that takes the place of the one before.
pub(crate) fn again() -> OnConflict {
    OnConflict::column(Column::Id).update_column(Column::Report).to_owned()
}
