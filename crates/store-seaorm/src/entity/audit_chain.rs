//! Where the chain of the audit stands. A trigger of the audit writes it.

use core_monitor_domain::audit::{ChainHead, ChainValue};
use sea_orm::entity::prelude::*;

use crate::cell::AsText;
use crate::rows::Record;

/// The id of the only row.
const ONLY: i64 = 1;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "audit_chain")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) first_id: Option<i64>,
    pub(crate) last_id: i64,
    pub(crate) value: AsText<ChainValue>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = ChainHead;

    fn read(self) -> Result<ChainHead, DbErr> {
        Ok(ChainHead { first: self.first_id, last: self.last_id, value: self.value.0 })
    }
}

/// The only row.
pub(crate) fn head() -> Select<Entity> {
    Entity::find_by_id(ONLY)
}
