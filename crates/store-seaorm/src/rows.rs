//! Reading rows as what they stand for, and naming the one that cannot be understood.

use std::sync::LazyLock;

use core_monitor_domain::ports::{Page, StoreError};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IdenStatic, Iterable, PrimaryKeyToColumn,
    QueryResult, QuerySelect, Select, TryGetable,
};

use crate::cell::CellError;
use crate::statement::{self, Query};
use crate::store_error::store_error;

/// A query that is asked often, up to its conditions: naming the columns takes longer than copying their names.
pub(crate) type Template<E> = LazyLock<Select<E>>;

/// A row that stands for something: a whole one, the model of its entity, or the columns that are wanted of it.
pub(crate) trait Record: FromQueryResult {
    /// The table that an error names.
    type Entity: EntityTrait;
    /// What it stands for.
    type Meaning;

    /// Reads the cells that are not values already.
    fn read(self) -> Result<Self::Meaning, DbErr>;
}

/// What a query of the columns of `R` finds first.
pub(crate) async fn find<R: Record>(
    db: &impl ConnectionTrait,
    query: impl Query<Entity = R::Entity>,
) -> Result<Option<R::Meaning>, StoreError> {
    statement::one(db, query).await?.map(|row| read::<R>(&row)).transpose()
}

/// What a query of the columns of `R` finds.
pub(crate) async fn list<R: Record>(
    db: &impl ConnectionTrait,
    query: impl Query<Entity = R::Entity>,
) -> Result<Vec<R::Meaning>, StoreError> {
    statement::all(db, query).await?.iter().map(read::<R>).collect()
}

/// One page of what a query of the columns of `R` finds, `limit` long. A row more is asked for, to know whether there is
/// one.
pub(crate) async fn page<R: Record>(
    db: &impl ConnectionTrait,
    query: Select<R::Entity>,
    limit: u32,
) -> Result<Page<R::Meaning>, StoreError> {
    let query = query.limit(u64::from(limit) + 1);
    let rows = statement::all(db, query).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let items = rows.iter().take(limit).map(read::<R>).collect::<Result<_, _>>()?;
    Ok(Page { items, more: rows.len() > limit })
}

/// The one value of the row that a query finds.
pub(crate) async fn value<T: TryGetable>(
    db: &impl ConnectionTrait,
    query: impl Query,
) -> Result<Option<T>, StoreError> {
    let row = statement::one(db, query).await?;
    row.map(|row| row.try_get_by_index(0)).transpose().map_err(store_error)
}

/// The one value of each row that a query finds.
pub(crate) async fn values<T: TryGetable>(
    db: &impl ConnectionTrait,
    query: impl Query,
) -> Result<Vec<T>, StoreError> {
    let rows = statement::all(db, query).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>().map_err(store_error)
}

fn read<R: Record>(row: &QueryResult) -> Result<R::Meaning, StoreError> {
    R::from_query_result(row, "").and_then(R::read).map_err(|error| corrupt::<R::Entity>(row, error))
}

fn corrupt<E: EntityTrait>(row: &QueryResult, error: DbErr) -> StoreError {
    let what = format!("table `{}`, row `{}`", E::default().table_name(), key::<E>(row));
    if let DbErr::TryIntoErr { source, .. } = &error
        && let Some(cell) = source.downcast_ref::<CellError>()
    {
        let what = format!("{what}, column `{}`", cell.column);
        return StoreError::Corrupt { what, source: Some(Box::new(cell.clone())) };
    }
    StoreError::Corrupt { what, source: Some(Box::new(error)) }
}

/// The primary key as people write it, as far as the query read it.
fn key<E: EntityTrait>(row: &QueryResult) -> String {
    let cell = |key: E::PrimaryKey| {
        let column = key.into_column();
        let name = column.as_str();
        let number = || row.try_get::<i64>("", name).map(|cell| cell.to_string());
        row.try_get("", name).or_else(|_| number()).unwrap_or_else(|_| "?".to_owned())
    };
    E::PrimaryKey::iter().map(cell).collect::<Vec<String>>().join(" ")
}
