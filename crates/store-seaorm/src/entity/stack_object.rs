//! The objects of the engine that stacks may share.

use core_monitor_domain::ids::StackId;
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect as _;
use sea_orm::entity::prelude::*;

use crate::cell::AsText;
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "stack_object")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) object: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (StackId, String);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.stack_id.0, self.object))
    }
}

/// The row that says that `stack` uses `object`.
pub(crate) fn row(stack: StackId, object: String) -> ActiveModel {
    ActiveModel { stack_id: Set(AsText(stack)), object: Set(object) }
}

/// The objects of one stack.
pub(crate) fn of(stack: StackId) -> Select<Entity> {
    Entity::find().select_only().column(Column::Object).filter(Column::StackId.eq(AsText(stack)))
}

/// The objects of these stacks.
pub(crate) fn of_all(stacks: impl IntoIterator<Item = StackId>) -> Select<Entity> {
    Entity::find().filter(Column::StackId.is_in(stacks.into_iter().map(AsText)))
}
