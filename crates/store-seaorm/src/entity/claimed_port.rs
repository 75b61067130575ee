//! The ports of the host that nobody else gets: a view of [`host_port`](super::host_port) and of what is applied.

use core_monitor_domain::ids::StackId;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::cell::{AsInteger, AsText};

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "claimed_port")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) port: AsInteger<u16>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The numbers of all ports.
pub(crate) fn numbers() -> Select<Entity> {
    Entity::find().select_only().column(Column::Port)
}

/// The numbers of those of these ports that another stack than `stack` has, the lowest first.
pub(crate) fn of_others(stack: StackId, ports: impl Iterator<Item = u16>) -> Select<Entity> {
    numbers()
        .filter(Column::Port.is_in(ports.map(AsInteger)))
        .filter(Column::StackId.ne(AsText(stack)))
        .order_by_asc(Column::Port)
        .limit(1)
}
