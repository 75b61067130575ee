//! Instants in a column.

use core_monitor_domain::time::Timestamp;
use sea_orm::sea_query::{self, ArrayType, ColumnType, Nullable, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value};

use super::CellError;

/// An instant, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AsMillis(pub(crate) Timestamp);

impl From<AsMillis> for Value {
    fn from(cell: AsMillis) -> Self {
        Self::from(cell.0.as_millis())
    }
}

impl TryGetable for AsMillis {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let cell = i64::try_get_by(row, index)?;
        let out_of_range =
            || DbErr::from(CellError::at(index, format!("`{cell}` ms since 1970 is out of range")));
        Ok(Timestamp::from_millis(cell).map(Self).ok_or_else(out_of_range)?)
    }
}

impl sea_query::ValueType for AsMillis {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let cell = <i64 as sea_query::ValueType>::try_from(value)?;
        Timestamp::from_millis(cell).map(Self).ok_or(ValueTypeErr)
    }

    fn type_name() -> String {
        "AsMillis".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::BigInt
    }

    fn column_type() -> ColumnType {
        ColumnType::BigInteger
    }
}

impl Nullable for AsMillis {
    fn null() -> Value {
        Value::BigInt(None)
    }
}

/// Instants are part of a key, but are never made by the database.
impl TryFromU64 for AsMillis {
    fn try_from_u64(key: u64) -> Result<Self, DbErr> {
        let instant = i64::try_from(key).ok().and_then(Timestamp::from_millis);
        instant.map(Self).ok_or(DbErr::ConvertFromU64("AsMillis"))
    }
}
