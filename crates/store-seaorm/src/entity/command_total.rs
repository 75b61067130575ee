//! How many commands have ended and how long they took, counted by a trigger.

use std::time::Duration;

use core_monitor_domain::command::{CommandKind, CommandStatus};
use core_monitor_domain::ports::CommandTotal;
use sea_orm::entity::prelude::*;

use crate::cell::{AsInteger, AsText, CellError};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "command_total")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) status: AsText<CommandStatus>,
    pub(crate) ended: AsInteger<u64>,
    pub(crate) timed: AsInteger<u64>,
    pub(crate) millis: AsInteger<u64>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = CommandTotal;

    fn read(self) -> Result<CommandTotal, DbErr> {
        let kind = CommandKind::named(&self.kind);
        let no_kind = || CellError::new(Column::Kind, format!("`{}` is not a command kind", self.kind));
        Ok(CommandTotal {
            kind: kind.ok_or_else(no_kind)?,
            status: self.status.0,
            ended: self.ended.0,
            timed: self.timed.0,
            time: Duration::from_millis(self.millis.0),
        })
    }
}
