//! The audit.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::audit::{AuditEntry, AuditRecord, ChainValue, Change};
use core_monitor_domain::ports::StoreError;
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::cell::{AsActor, AsMillis, AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) audit_id: i64,
    pub(crate) at: AsMillis,
    pub(crate) actor: AsActor,
    pub(crate) action: AsText<Action>,
    pub(crate) resource: AsText<Resource>,
    pub(crate) change: AsText<Change>,
    pub(crate) detail: Option<Json>,
    pub(crate) chain: Option<AsText<ChainValue>>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The number of the newest entry; null when there is none.
pub(crate) fn last() -> Select<Entity> {
    Entity::find().select_only().expr(Column::AuditId.max())
}

impl Record for Model {
    type Entity = Entity;
    type Meaning = AuditRecord;

    fn read(self) -> Result<AuditRecord, DbErr> {
        let entry = AuditEntry {
            at: self.at.0,
            actor: self.actor.0,
            action: self.action.0,
            resource: self.resource.0,
            change: self.change.0,
            detail: self.detail.map(|detail| detail.read(Column::Detail)).transpose()?,
        };
        Ok(AuditRecord { id: self.audit_id, entry, chain: self.chain.map(|cell| cell.0) })
    }
}

/// The row for `record`.
pub(crate) fn row(record: AuditRecord) -> Result<ActiveModel, StoreError> {
    let AuditRecord { id, entry, chain } = record;
    let detail = entry.detail.as_ref().map(Json::of).transpose()?;
    Ok(ActiveModel {
        audit_id: Set(id),
        at: Set(AsMillis(entry.at)),
        actor: Set(AsActor(entry.actor)),
        action: Set(AsText(entry.action)),
        resource: Set(AsText(entry.resource)),
        change: Set(AsText(entry.change)),
        detail: Set(detail),
        chain: Set(chain.map(AsText)),
    })
}
