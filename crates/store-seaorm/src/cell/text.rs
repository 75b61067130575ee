//! Typed text in a column.

use std::error::Error;
use std::fmt::Display;
use std::str::FromStr;

use sea_orm::sea_query::{self, ArrayType, ColumnType, Nullable, StringLen, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value};

use super::CellError;

/// A value with a canonical text form: an id, a name, a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AsText<T>(pub(crate) T);

impl<T: Display> From<AsText<T>> for Value {
    fn from(cell: AsText<T>) -> Self {
        Self::from(cell.0.to_string())
    }
}

impl<T: FromStr> TryGetable for AsText<T>
where
    T::Err: Error + Send + Sync + 'static,
{
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        text.parse().map(Self).map_err(|error: T::Err| DbErr::from(CellError::at(index, error)).into())
    }
}

impl<T: FromStr> sea_query::ValueType for AsText<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let text = <String as sea_query::ValueType>::try_from(value)?;
        text.parse().map(Self).map_err(|_| ValueTypeErr)
    }

    fn type_name() -> String {
        "AsText".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::String(StringLen::None)
    }
}

impl<T> Nullable for AsText<T> {
    fn null() -> Value {
        Value::String(None)
    }
}

/// The database never generates text keys.
impl<T> TryFromU64 for AsText<T> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("AsText"))
    }
}
