//! Running statements and reading cells, with errors in the words of the ports.
//!
//! Parameters are `$1`, `$2`..., which SQLite and PostgreSQL both understand.

use std::fmt::Display;
use std::str::FromStr;

use core_monitor_domain::ports::StoreError;
use core_monitor_domain::time::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store_error::{Place, store_error};

/// A row of a table or of a query.
pub(crate) trait Row: FromQueryResult {
    /// What to call the table in an error.
    const TABLE: &'static str;
}

/// Runs a statement; the number of rows it touched.
pub(crate) async fn execute(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let done = db.execute_raw(statement).await.map_err(store_error)?;
    Ok(done.rows_affected())
}

/// Runs a query that gives one row or none.
pub(crate) async fn find<R: Row>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<R>, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let row = db.query_one_raw(statement).await.map_err(store_error)?;
    row.map(|row| read(&row)).transpose()
}

/// Runs a query that always gives one row.
pub(crate) async fn one<R: Row>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<R, StoreError> {
    find(db, sql, values).await?.ok_or_else(|| StoreError::Corrupt {
        what: format!("table `{}` did not answer", R::TABLE),
        source: None,
    })
}

/// Runs a query that gives any number of rows.
pub(crate) async fn list<R: Row>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<R>, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let rows = db.query_all_raw(statement).await.map_err(store_error)?;
    rows.iter().map(read).collect()
}

fn read<R: Row>(row: &sea_orm::QueryResult) -> Result<R, StoreError> {
    R::from_query_result(row, "").map_err(|error| StoreError::Corrupt {
        what: format!("table `{}`", R::TABLE),
        source: Some(Box::new(error)),
    })
}

/// One number, under the name `n`.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Number {
    pub(crate) n: i64,
}

impl Row for Number {
    const TABLE: &'static str = "(a number)";
}

/// The conditions of a list, each with its parameter.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    /// A list that `condition`, which has no parameter, narrows in any case.
    pub(crate) fn starting_with(condition: &str) -> Self {
        Self { sql: format!(" WHERE {condition}"), values: Vec::new() }
    }

    /// Adds `condition`, with its parameter at the `?`, unless there is nothing to compare with.
    pub(crate) fn and(&mut self, condition: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.values.push(value);
            self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
            self.sql.push_str(&condition.replace('?', &format!("${}", self.values.len())));
        }
    }

    /// The whole query, with the limit as its last parameter.
    pub(crate) fn query(mut self, select: &str, order: &str, limit: u32) -> (String, Vec<Value>) {
        self.values.push(Value::from(i64::from(limit)));
        let sql = format!("{select}{} ORDER BY {order} LIMIT ${}", self.sql, self.values.len());
        (sql, self.values)
    }
}

/// A parameter from something with a canonical text.
pub(crate) fn text(value: impl Display) -> Value {
    Value::from(value.to_string())
}

/// A parameter from an instant, in milliseconds.
pub(crate) fn millis(at: Timestamp) -> Value {
    Value::from(at.as_millis())
}

/// A parameter from a document.
pub(crate) fn json(value: &impl Serialize) -> Result<Value, StoreError> {
    json_text(value).map(Value::from)
}

/// The text of a document.
pub(crate) fn json_text(value: &impl Serialize) -> Result<String, StoreError> {
    // Only a map with keys that are no text can fail here, and no document of the domain has one.
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt {
        what: "a document cannot be written as JSON".to_owned(),
        source: Some(Box::new(error)),
    })
}

impl Place {
    /// A document.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &str, cell: &str) -> Result<T, StoreError> {
        serde_json::from_str(cell).map_err(|error| self.corrupt(column, error))
    }

    /// An id, a name or a status.
    pub(crate) fn parse<T: FromStr>(&self, column: &str, cell: &str) -> Result<T, StoreError>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        cell.parse().map_err(|error: T::Err| self.corrupt(column, error))
    }

    /// A number that is smaller in the domain than in the table.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &str, cell: i64) -> Result<T, StoreError>
    where
        T::Error: std::error::Error + Send + Sync + 'static,
    {
        T::try_from(cell).map_err(|error| self.corrupt(column, error))
    }

    /// An instant.
    pub(crate) fn time(&self, column: &str, cell: i64) -> Result<Timestamp, StoreError> {
        Timestamp::from_millis(cell).ok_or_else(|| self.corrupt(column, format!("`{cell}` is no instant")))
    }
}
