//! The commands that are in record files.

use core_monitor_domain::command::{CommandKind, CommandStatus};
use core_monitor_domain::ids::{CommandId, Seq, StackId};
use core_monitor_domain::ports::{NotedCommand, RecordPlace};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::cell::{AsInteger, AsMillis, AsText, CellError};
use crate::rows::Record;

/// Everything about the command is in the database too.
pub(crate) const EVERYTHING: i64 = 2;
/// The command itself is in the database too, without its journal.
pub(crate) const COMMAND: i64 = 1;
/// Nothing of it is in the database.
pub(crate) const NOTHING: i64 = 0;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "recorded_command")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seq: AsInteger<Seq>,
    pub(crate) command_id: AsText<CommandId>,
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) kind: String,
    pub(crate) status: AsText<CommandStatus>,
    pub(crate) created_at: AsMillis,
    pub(crate) file: AsInteger<u32>,
    pub(crate) first_event: i64,
    pub(crate) last_event: i64,
    pub(crate) here: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = RecordPlace;

    fn read(self) -> Result<RecordPlace, DbErr> {
        let unknown = || CellError::new(Column::Kind, format!("`{}` is no kind of command", self.kind));
        let command = NotedCommand {
            kind: CommandKind::named(&self.kind).ok_or_else(unknown)?,
            status: self.status.0,
            created_at: self.created_at.0,
            seq: self.seq.0,
            id: self.command_id.0,
            stack_id: self.stack_id.0,
            first_event: self.first_event,
            last_event: self.last_event,
        };
        Ok(RecordPlace { command, file: self.file.0 })
    }
}

/// The row for a command that was written to the file with this number.
pub(crate) fn row(command: &NotedCommand, file: u32) -> ActiveModel {
    ActiveModel {
        seq: Set(AsInteger(command.seq)),
        command_id: Set(AsText(command.id)),
        stack_id: Set(AsText(command.stack_id)),
        kind: Set(command.kind.as_str().to_owned()),
        status: Set(AsText(command.status)),
        created_at: Set(AsMillis(command.created_at)),
        file: Set(AsInteger(file)),
        first_event: Set(command.first_event),
        last_event: Set(command.last_event),
        here: Set(EVERYTHING),
    }
}
