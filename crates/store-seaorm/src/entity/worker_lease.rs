//! The right to work: one row, once a worker has had it.

use core_monitor_domain::ids::{Epoch, WorkerId};
use core_monitor_domain::ports::Lease;
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, InsertStatement, OnConflict};
use sea_orm::{Condition, QuerySelect, QueryTrait, UpdateMany};

use crate::cell::{AsInteger, AsMillis, AsText};
use crate::rows::Record;
use crate::statement::{Bound, Fixed};

/// The key of the only row.
const ONLY: i64 = 1;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "worker_lease")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) holder: AsText<WorkerId>,
    pub(crate) epoch: AsInteger<Epoch>,
    pub(crate) expires_at: AsMillis,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Lease;

    fn read(self) -> Result<Lease, DbErr> {
        Ok(Lease { worker: self.holder.0, epoch: self.epoch.0, expires_at: self.expires_at.0 })
    }
}

/// Gives the lease to `worker` under the next epoch, which it answers with; or nothing, if `only_if` does not hold of the
/// row that is there. One statement, so that two workers cannot get the same epoch whatever else they do.
pub(crate) fn take(worker: WorkerId, expires_at: Timestamp, only_if: Option<Expr>) -> InsertStatement {
    let row = ActiveModel {
        id: Set(ONLY),
        holder: Set(AsText(worker)),
        epoch: Set(AsInteger(Epoch(1))),
        expires_at: Set(AsMillis(expires_at)),
    };
    let next = OnConflict::column(Column::Id)
        .update_columns([Column::Holder, Column::ExpiresAt])
        .value(Column::Epoch, Column::Epoch.into_expr().add(1))
        .action_and_where_option(only_if)
        .to_owned();
    Entity::insert(row).on_conflict(next).into_query().returning_col(Column::Epoch).to_owned()
}

/// The lease as it was last taken or renewed.
pub(crate) fn current() -> Select<Entity> {
    Entity::find_by_id(ONLY)
}

/// It has run out at `now`, or is of `worker` already.
pub(crate) fn is_free(worker: WorkerId, now: Timestamp) -> Expr {
    Column::ExpiresAt.lte(AsMillis(now)).or(Column::Holder.eq(AsText(worker)))
}

/// Finds something only if `lease` holds at `now`: of this worker, of this epoch, and not run out.
///
/// The holder is compared beside the epoch: a database restored from a backup may hand out an old epoch again.
pub(crate) fn held(lease: &Lease, now: Timestamp) -> Bound<Select<Entity>, 3> {
    static HELD: Fixed<Select<Entity>, 3> = Fixed::new(epoch_if);
    HELD.with(terms(lease, now))
}

/// Lets the lease run out at `at`, if it holds at `now`.
pub(crate) fn expire(lease: &Lease, now: Timestamp, at: Timestamp) -> Bound<UpdateMany<Entity>, 4> {
    static EXPIRE: Fixed<UpdateMany<Entity>, 4> = Fixed::new(|[at, holder, epoch, now]| {
        Entity::update_many().col_expr(Column::ExpiresAt, at).filter(holds([holder, epoch, now]))
    });
    let [holder, epoch, now] = terms(lease, now);
    EXPIRE.with([AsMillis(at).into(), holder, epoch, now])
}

/// The query of [`held`], for the values of [`terms`].
pub(super) fn epoch_if(terms: [Expr; 3]) -> Select<Entity> {
    Entity::find().select_only().column(Column::Epoch).filter(holds(terms))
}

/// The condition of [`held`], for the values of [`terms`].
fn holds([holder, epoch, now]: [Expr; 3]) -> Condition {
    Condition::all()
        .add(Column::Id.eq(ONLY))
        .add(Column::Holder.into_expr().eq(holder))
        .add(Column::Epoch.into_expr().eq(epoch))
        .add(Column::ExpiresAt.into_expr().gt(now))
}

/// What the row of the lease is compared with.
pub(super) fn terms(lease: &Lease, now: Timestamp) -> [Value; 3] {
    [AsText(lease.worker).into(), AsInteger(lease.epoch).into(), AsMillis(now).into()]
}
