//! A statement with values that differ from call to call.

use std::array::from_fn;
use std::sync::OnceLock;

use sea_orm::sea_query::Expr;
use sea_orm::{DbBackend, QueryTrait, Statement, Value};

use super::render::{self, Renderable};

/// A statement with `N` values that differ from call to call.
pub(crate) struct Fixed<Q, const N: usize> {
    write: fn([Expr; N]) -> Q,
    rendered: OnceLock<Rendered>,
}

/// The text, and what stands at each of its places.
struct Rendered {
    text: String,
    parts: Vec<Part>,
}

enum Part {
    /// This value of the call.
    Given(usize),
    /// The same value always.
    Same(Value),
}

impl<Q: QueryTrait<QueryStatement: Renderable>, const N: usize> Fixed<Q, N> {
    /// `write` builds the statement around expressions that stand for the values.
    pub(crate) const fn new(write: fn([Expr; N]) -> Q) -> Self {
        Self { write, rendered: OnceLock::new() }
    }

    /// The statement with these values, in the order in which the builder takes them.
    pub(crate) fn with(&'static self, values: [Value; N]) -> Bound<Q, N> {
        Bound { fixed: self, values }
    }

    fn render(&self, backend: DbBackend) -> Rendered {
        // No table has a column of this type, so a value of it is one of these.
        let place = |place| Expr::val(Value::TinyUnsigned(u8::try_from(place).ok()));
        let statement = render::statement((self.write)(from_fn(place)).as_query(), backend);
        let part = |value| match value {
            Value::TinyUnsigned(Some(place)) => Part::Given(usize::from(place)),
            value => Part::Same(value),
        };
        let parts = statement.values.map(|values| values.0.into_iter().map(part).collect());
        Rendered { text: statement.sql, parts: parts.unwrap_or_default() }
    }
}

/// A [`Fixed`] statement with the values of one call.
pub(crate) struct Bound<Q: 'static, const N: usize> {
    fixed: &'static Fixed<Q, N>,
    values: [Value; N],
}

impl<Q: QueryTrait<QueryStatement: Renderable>, const N: usize> Bound<Q, N> {
    pub(super) fn bind(self, backend: DbBackend) -> Statement {
        let Rendered { text, parts } = self.fixed.rendered.get_or_init(|| self.fixed.render(backend));
        let value = |part: &Part| match part {
            // Places are numbered from the array of the same length.
            Part::Given(place) => self.values.get(*place).cloned().unwrap_or(Value::TinyUnsigned(None)),
            Part::Same(value) => value.clone(),
        };
        Statement::from_sql_and_values(backend, text, parts.iter().map(value))
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::ExprTrait;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};

    use super::*;
    use crate::entity::command::{Column, Entity};

    #[test]
    fn values_go_where_the_builder_put_them() {
        static QUERY: Fixed<Select<Entity>, 2> = Fixed::new(|[word, seq]| {
            Entity::find()
                .select_only()
                .column(Column::Seq)
                .filter(Column::Seq.into_expr().gt(seq))
                .filter(Column::Kind.into_expr().eq(word.clone()))
                .filter(Column::Attempt.into_expr().eq(1_i64))
                .filter(Column::Lane.into_expr().eq(word))
                .limit(7)
        });
        for (word, seq) in [("a", 5_i64), ("b", 6)] {
            let statement = QUERY.with([word.into(), seq.into()]).bind(DbBackend::Sqlite);
            let values = statement.values.unwrap().0;
            assert_eq!(values, [seq.into(), word.into(), 1_i64.into(), word.into()]);
            assert!(statement.sql.ends_with("LIMIT 7"), "{}", statement.sql);
        }
    }
}
