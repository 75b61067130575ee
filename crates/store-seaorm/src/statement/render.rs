//! From the builder's statement to a text with values.

use std::fmt::{Display, Formatter, Result, Write};

use sea_orm::sea_query::{
    QueryBuilder, QueryStatementBuilder, SqlWriter, SqlWriterValues, SqliteQueryBuilder,
};
use sea_orm::{DbBackend, Statement, StatementBuilder, Value};

/// A statement of the query builder.
pub(crate) trait Renderable: StatementBuilder + QueryStatementBuilder {}

impl<S: StatementBuilder + QueryStatementBuilder> Renderable for S {}

/// The text of `statement` with its values.
pub(super) fn statement(statement: &impl Renderable, backend: DbBackend) -> Statement {
    if backend != DbBackend::Sqlite {
        return statement.build(&backend);
    }
    let (placeholder, numbered) = SqliteQueryBuilder.placeholder();
    let mut writer = WithLimits(SqlWriterValues::new(placeholder, numbered));
    statement.build_collect_any_into(&SqliteQueryBuilder, &mut writer);
    let (text, values) = writer.0.into_parts();
    Statement::from_sql_and_values(backend, text, values)
}

/// Writes the limit of a query into its text, where the builder makes it a parameter: SQLite compiles a statement anew
/// each time that its limit gets a value. Nothing else in a statement is an unsigned number of 64 bits.
struct WithLimits(SqlWriterValues);

impl SqlWriter for WithLimits {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, builder: &T) {
        match value {
            // Writing into a text cannot fail.
            Value::BigUnsigned(Some(limit)) => drop(write!(self.0, "{limit}")),
            value => self.0.push_param(value, builder),
        }
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        self
    }
}

impl Write for WithLimits {
    fn write_str(&mut self, text: &str) -> Result {
        self.0.write_str(text)
    }
}

impl Display for WithLimits {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.0.fmt(f)
    }
}
