//! Attachments of events, which are too large for the event list.

use sea_orm::entity::prelude::*;

use crate::cell::Json;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "command_attachment")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) event_id: i64,
    pub(crate) content: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
