//! What is known to be in the slots of containers.

use core_monitor_domain::artifact::SlotName;
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::placement::{Placement, RecordedPlacement, SlotPlace};
use core_monitor_domain::ports::StoreError;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{DeleteMany, QueryOrder};

use crate::cell::{AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "placement")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) container: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) slot: AsText<SlotName>,
    pub(crate) stack_id: AsText<StackId>,
    pub(crate) state: Json,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = RecordedPlacement;

    fn read(self) -> Result<RecordedPlacement, DbErr> {
        let placement = self.state.read(Column::State)?;
        Ok(RecordedPlacement { stack_id: self.stack_id.0, container: ContainerId(self.container), placement })
    }
}

/// The row for a record.
pub(crate) fn row(
    stack: StackId,
    container: &ContainerId,
    placement: &Placement,
) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        container: Set(container.to_string()),
        slot: Set(AsText(placement.slot.clone())),
        stack_id: Set(AsText(stack)),
        state: Set(Json::of(placement)?),
    })
}

/// Every record.
pub(crate) fn all() -> Select<Entity> {
    Entity::find().order_by_asc(Column::Container).order_by_asc(Column::Slot)
}

/// The records of a stack.
pub(crate) fn of_stack(stack: StackId) -> Select<Entity> {
    all().filter(Column::StackId.eq(AsText(stack)))
}

/// One record.
pub(crate) fn one(place: &SlotPlace) -> Select<Entity> {
    all().filter(Column::Container.eq(place.container.as_str())).filter(Column::Slot.eq(AsText(&place.slot)))
}

/// Removes one record.
pub(crate) fn gone(container: &ContainerId, slot: &SlotName) -> DeleteMany<Entity> {
    Entity::delete_many()
        .filter(Column::Container.eq(container.as_str()))
        .filter(Column::Slot.eq(AsText(slot)))
}
