//! The last observation of the host, in a single row.

use core_monitor_domain::observation::HostObservation;
use core_monitor_domain::time::Timestamp;
use sea_orm::entity::prelude::*;

use crate::cell::{AsMillis, Json};
use crate::rows::Record;

/// The key of the only row.
pub(crate) const ONLY: i64 = 1;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "observation_host")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) taken_at: AsMillis,
    /// Hash of `body`, so that an unchanged body is not written again.
    pub(crate) hash: String,
    pub(crate) body: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = HostObservation;

    fn read(self) -> Result<HostObservation, DbErr> {
        Ok(HostObservation { taken_at: self.taken_at.0, ..self.body.read(Column::Body)? })
    }
}

/// The row without its body.
#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
pub(crate) struct Look {
    pub(crate) taken_at: AsMillis,
    pub(crate) hash: String,
}

impl Record for Look {
    type Entity = Entity;
    type Meaning = (Timestamp, String);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.taken_at.0, self.hash))
    }
}
