//! Rows that are written all the time.

use std::sync::OnceLock;

use core_monitor_domain::ports::StoreError;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, DbBackend, EntityTrait, Insert, Iterable, QueryTrait,
    Statement, UpdateMany, Value,
};

use crate::store_error::store_error;

/// Writes rows that always set the same columns. Each function that makes such a row has its own. With debug assertions,
/// as in every test, the statement is built each time as well, and has to come out the same.
pub(crate) struct FixedRow(OnceLock<String>);

impl FixedRow {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Inserts `row` and answers with the key that the database gave it; of a table whose keys are not made by the
    /// database it means nothing.
    pub(crate) async fn insert<A: ActiveModelTrait>(
        &self,
        db: &impl ConnectionTrait,
        row: A,
    ) -> Result<i64, StoreError> {
        let backend = db.get_database_backend();
        let statement = self.statement(backend, values(&row), || Insert::one(row.clone()).build(backend));
        let key = db.execute_raw(statement).await.map_err(store_error)?.last_insert_id();
        Ok(key.cast_signed())
    }

    /// Updates the columns of `row` that are set, where `only` says, and tells how many rows that changed. `only` takes
    /// its `values` in their order.
    pub(crate) async fn update<A: ActiveModelTrait, const N: usize>(
        &self,
        db: &impl ConnectionTrait,
        row: A,
        values_of_only: [Value; N],
        only: impl Fn(UpdateMany<A::Entity>, [Expr; N]) -> UpdateMany<A::Entity>,
    ) -> Result<u64, StoreError> {
        let backend = db.get_database_backend();
        let build = || {
            let update = A::Entity::update_many().set(row.clone());
            only(update, values_of_only.clone().map(Expr::val)).build(backend)
        };
        let bound = values(&row).chain(values_of_only.clone());
        let statement = self.statement(backend, bound, build);
        Ok(db.execute_raw(statement).await.map_err(store_error)?.rows_affected())
    }

    fn statement(
        &self,
        backend: DbBackend,
        values: impl Iterator<Item = Value>,
        build: impl Fn() -> Statement,
    ) -> Statement {
        let text = self.0.get_or_init(|| build().sql);
        let statement = Statement::from_sql_and_values(backend, text, values);
        debug_assert_eq!(statement, build(), "another row than the one that the text was made for");
        statement
    }
}

/// The values that `row` sets, in the order in which the builder names their columns.
fn values<A: ActiveModelTrait>(row: &A) -> impl Iterator<Item = Value> {
    let columns = <A::Entity as EntityTrait>::Column::iter();
    columns.filter_map(|column| match row.get(column) {
        ActiveValue::Set(value) => Some(value),
        ActiveValue::Unchanged(_) | ActiveValue::NotSet => None,
    })
}
