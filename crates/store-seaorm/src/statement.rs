//! Statements as the database gets them. Those whose text never varies are rendered by the query builder once.
//!
//! Building a statement takes several times as long as binding its values, so those of the queue are kept. Nobody writes
//! a text here, nor the order of the values: [`Fixed`] learns from the built statement which value goes where, and
//! [`FixedRow`] takes them in the order of the entity's columns.

use core_monitor_domain::ports::StoreError;
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, QueryResult, QueryTrait, Select, Statement, UpdateMany,
};

use crate::store_error::store_error;

mod fixed;
mod render;
mod row;

pub(crate) use fixed::{Bound, Fixed};
pub(crate) use row::FixedRow;

/// A query of the table `Entity`.
pub(crate) trait Query {
    /// The table.
    type Entity: EntityTrait;

    /// What the database is sent.
    fn statement(self, backend: DbBackend) -> Statement;
}

/// A query that is built for this one call.
impl<E: EntityTrait> Query for Select<E> {
    type Entity = E;

    fn statement(self, backend: DbBackend) -> Statement {
        render::statement(self.as_query(), backend)
    }
}

/// The first row that `query` finds.
pub(crate) async fn one(
    db: &impl ConnectionTrait,
    query: impl Query,
) -> Result<Option<QueryResult>, StoreError> {
    let statement = query.statement(db.get_database_backend());
    db.query_one_raw(statement).await.map_err(store_error)
}

/// Every row that `query` finds.
pub(crate) async fn all(
    db: &impl ConnectionTrait,
    query: impl Query,
) -> Result<Vec<QueryResult>, StoreError> {
    let statement = query.statement(db.get_database_backend());
    db.query_all_raw(statement).await.map_err(store_error)
}

/// Carries out a [`Fixed`] update, and says how many rows it changed.
pub(crate) async fn execute<E: EntityTrait, const N: usize>(
    db: &impl ConnectionTrait,
    update: Bound<UpdateMany<E>, N>,
) -> Result<u64, StoreError> {
    let statement = update.bind(db.get_database_backend());
    Ok(db.execute_raw(statement).await.map_err(store_error)?.rows_affected())
}

impl<E: EntityTrait, const N: usize> Query for Bound<Select<E>, N> {
    type Entity = E;

    fn statement(self, backend: DbBackend) -> Statement {
        self.bind(backend)
    }
}
