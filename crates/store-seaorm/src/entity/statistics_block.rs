//! What containers used: an hour of a place in a stack.

use core_monitor_domain::ids::Slot;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::statistics::{Block, Place, StoredSpan};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect};

use crate::cell::{AsInteger, AsMillis, AsText};
use crate::rows::Record;

/// About how many bytes a row and its entry in the index take besides the points and the name of the service.
const OVERHEAD: usize = 120;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "statistics_block")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) start: AsMillis,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) service: AsText<ServiceName>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) slot: AsInteger<u32>,
    pub(crate) size: AsInteger<u64>,
    pub(crate) points: Vec<u8>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    /// `None`: the points cannot be read, as those of a newer release.
    type Meaning = Option<(Place, Block)>;

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let place = Place { stack: self.stack_id.0, service: self.service.0, slot: Slot(self.slot.0) };
        let block = Block::unpack(self.start.0, &self.points);
        Ok(block.ok().map(|block| (place, block)))
    }
}

/// The row for a block.
pub(crate) fn row(place: &Place, block: &Block) -> ActiveModel {
    let points = block.pack();
    let size = OVERHEAD + 2 * place.service.as_str().len() + points.len();
    ActiveModel {
        start: Set(AsMillis(block.start)),
        stack_id: Set(AsText(place.stack)),
        service: Set(AsText(place.service.clone())),
        slot: Set(AsInteger(place.slot.0)),
        size: Set(AsInteger(u64::try_from(size).unwrap_or(u64::MAX))),
        points: Set(points),
    }
}

/// Writes a block over the one with less points.
pub(crate) fn again() -> OnConflict {
    OnConflict::columns([Column::Start, Column::StackId, Column::Service, Column::Slot])
        .update_columns([Column::Size, Column::Points])
        .to_owned()
}

/// Every block that begins at one of these times.
pub(crate) fn starting_at(starts: impl IntoIterator<Item = Timestamp>) -> Select<Entity> {
    Entity::find().filter(Column::Start.is_in(starts.into_iter().map(AsMillis)))
}

/// A place that has blocks.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Row {
    stack_id: AsText<StackId>,
    service: AsText<ServiceName>,
    slot: AsInteger<u32>,
}

impl Record for Row {
    type Entity = Entity;
    type Meaning = Place;

    fn read(self) -> Result<Place, DbErr> {
        Ok(Place { stack: self.stack_id.0, service: self.service.0, slot: Slot(self.slot.0) })
    }
}

/// The places of a stack, or of one of its services, in their order.
pub(crate) fn places(stack: StackId, service: Option<ServiceName>) -> Select<Entity> {
    let mut places = Entity::find()
        .select_only()
        .columns([Column::StackId, Column::Service, Column::Slot])
        .distinct()
        .filter(Column::StackId.eq(AsText(stack)));
    if let Some(service) = service {
        places = places.filter(Column::Service.eq(AsText(service)));
    }
    places.order_by_asc(Column::Service).order_by_asc(Column::Slot)
}

/// The blocks of a place that begin in this time, oldest first.
pub(crate) fn of_place(place: &Place, from: Timestamp, to: Timestamp) -> Select<Entity> {
    Entity::find()
        .filter(Column::StackId.eq(AsText(place.stack)))
        .filter(Column::Service.eq(AsText(place.service.clone())))
        .filter(Column::Slot.eq(AsInteger(place.slot.0)))
        .filter(Column::Start.gte(AsMillis(from)))
        .filter(Column::Start.lt(AsMillis(to)))
        .order_by_asc(Column::Start)
}

/// What is stored of a place.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Span {
    stack_id: AsText<StackId>,
    service: AsText<ServiceName>,
    slot: AsInteger<u32>,
    last: AsMillis,
    bytes: AsInteger<u64>,
}

impl Record for Span {
    type Entity = Entity;
    type Meaning = StoredSpan;

    fn read(self) -> Result<StoredSpan, DbErr> {
        let place = Place { stack: self.stack_id.0, service: self.service.0, slot: Slot(self.slot.0) };
        Ok(StoredSpan { place, last: self.last.0, bytes: self.bytes.0 })
    }
}

/// What is stored of every place.
pub(crate) fn spans() -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::StackId, Column::Service, Column::Slot])
        .column_as(Column::Start.max(), "last")
        .column_as(Column::Size.sum(), "bytes")
        .group_by(Column::StackId)
        .group_by(Column::Service)
        .group_by(Column::Slot)
}

/// What all blocks of an hour take.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Hour {
    start: AsMillis,
    bytes: AsInteger<u64>,
}

impl Record for Hour {
    type Entity = Entity;
    type Meaning = (Timestamp, u64);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.start.0, self.bytes.0))
    }
}

/// The hours, oldest first.
pub(crate) fn hours() -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Start)
        .column_as(Column::Size.sum(), "bytes")
        .group_by(Column::Start)
        .order_by_asc(Column::Start)
}

/// Bytes of all blocks; NULL if there are none.
pub(crate) fn bytes() -> Select<Entity> {
    Entity::find().select_only().column_as(Column::Size.sum(), "bytes")
}
