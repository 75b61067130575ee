//! Settings of this installation, by name.

use core_monitor_domain::command::FailureScope;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{Insert, QuerySelect as _};

use crate::cell::CellError;
use crate::rows::Record;

/// This installation's id.
pub(crate) const INSTANCE: &str = "instance";
/// There if everything that was created has its record, so that labels are no longer trusted.
pub(crate) const CREATIONS_SETTLED: &str = "creations_settled";

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "setting")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = InstanceId;

    fn read(self) -> Result<InstanceId, DbErr> {
        Ok(self.value.parse::<InstanceId>().map_err(|error| CellError::new(Column::Value, error))?)
    }
}

/// The row for the id of this installation.
pub(crate) fn instance(id: InstanceId) -> ActiveModel {
    ActiveModel { name: Set(INSTANCE.to_owned()), value: Set(id.to_string()) }
}

/// The row that says that everything that was created has its record.
pub(crate) fn creations_settled() -> ActiveModel {
    ActiveModel { name: Set(CREATIONS_SETTLED.to_owned()), value: Set("yes".to_owned()) }
}

/// What a failed write holds up. Without a row: everything.
pub(crate) const FAILURE_SCOPE: &str = "failure_scope";

/// When the newest backup was made that was written to its end.
pub(crate) const BACKED_UP_AT: &str = "backed_up_at";

/// Sets when the newest backup was made.
pub(crate) fn backed_up(at: Timestamp) -> Insert<ActiveModel> {
    set(BACKED_UP_AT, at.to_string())
}

/// The value of the setting `name`.
pub(crate) fn value(name: &str) -> Select<Entity> {
    Entity::find().select_only().column(Column::Value).filter(Column::Name.eq(name))
}

/// The policy on what may run, with how often it was replaced. Without a row: the one that comes with the program.
pub(crate) const POLICY: &str = "policy";

/// Sets the policy on what may run.
pub(crate) fn policy(document: String) -> Insert<ActiveModel> {
    set(POLICY, document)
}

/// How often named secrets were changed.
pub(crate) const SECRET_CHANGES: &str = "secret_changes";

/// Sets how often named secrets were changed.
pub(crate) fn secret_changes(count: u64) -> Insert<ActiveModel> {
    set(SECRET_CHANGES, count.to_string())
}

/// Sets what a failed write holds up.
pub(crate) fn failure_scope(scope: FailureScope) -> Insert<ActiveModel> {
    set(FAILURE_SCOPE, scope.to_string())
}

fn set(name: &str, value: String) -> Insert<ActiveModel> {
    let row = ActiveModel { name: Set(name.to_owned()), value: Set(value) };
    let replaced = OnConflict::column(Column::Name).update_column(Column::Value).to_owned();
    Entity::insert(row).on_conflict(replaced)
}
