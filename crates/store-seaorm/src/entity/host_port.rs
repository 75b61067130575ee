//! The ports of the host that instances have.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::template::ParameterName;
use sea_orm::ActiveValue::Set;
use sea_orm::DeleteMany;
use sea_orm::entity::prelude::*;

use crate::cell::{AsInteger, AsText};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "host_port")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) port: AsInteger<u16>,
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) parameter: AsText<ParameterName>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (StackId, ParameterName, u16);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.stack_id.0, self.parameter.0, self.port.0))
    }
}

/// The row for a port of the instance that `stack` is.
pub(crate) fn row(stack: StackId, parameter: &ParameterName, port: u16) -> ActiveModel {
    ActiveModel {
        port: Set(AsInteger(port)),
        stack_id: Set(AsText(stack)),
        parameter: Set(AsText(parameter.clone())),
    }
}

/// The ports of these stacks.
pub(crate) fn of(stacks: impl Iterator<Item = StackId>) -> Select<Entity> {
    Entity::find().filter(Column::StackId.is_in(stacks.map(AsText)))
}

/// Removes the ports of a stack.
pub(crate) fn remove(stack: StackId) -> DeleteMany<Entity> {
    Entity::delete_many().filter(Column::StackId.eq(AsText(stack)))
}
