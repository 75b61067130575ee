//! Numbers in a column.

use core_monitor_domain::ids::{Epoch, Seq, VersionNumber};
use sea_orm::sea_query::{self, ArrayType, ColumnType, Nullable, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value};

use super::CellError;

/// A number whose type in the domain may be narrower than the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AsInteger<T>(pub(crate) T);

/// Types that [`AsInteger`] can hold.
pub(crate) trait Integer: Sized {
    /// The number in the table.
    fn to_cell(&self) -> i64;

    /// `None` if the number in the table is out of range.
    fn from_cell(cell: i64) -> Option<Self>;
}

impl Integer for Seq {
    fn to_cell(&self) -> i64 {
        self.0
    }

    fn from_cell(cell: i64) -> Option<Self> {
        Some(Self(cell))
    }
}

impl Integer for Epoch {
    fn to_cell(&self) -> i64 {
        self.0
    }

    fn from_cell(cell: i64) -> Option<Self> {
        Some(Self(cell))
    }
}

impl Integer for VersionNumber {
    fn to_cell(&self) -> i64 {
        i64::from(self.0)
    }

    fn from_cell(cell: i64) -> Option<Self> {
        cell.try_into().ok().map(Self)
    }
}

impl Integer for u16 {
    fn to_cell(&self) -> i64 {
        i64::from(*self)
    }

    fn from_cell(cell: i64) -> Option<Self> {
        cell.try_into().ok()
    }
}

impl Integer for u32 {
    fn to_cell(&self) -> i64 {
        i64::from(*self)
    }

    fn from_cell(cell: i64) -> Option<Self> {
        cell.try_into().ok()
    }
}

impl Integer for u64 {
    fn to_cell(&self) -> i64 {
        i64::try_from(*self).unwrap_or(i64::MAX)
    }

    fn from_cell(cell: i64) -> Option<Self> {
        cell.try_into().ok()
    }
}

impl<T: Integer> From<AsInteger<T>> for Value {
    fn from(cell: AsInteger<T>) -> Self {
        Self::from(cell.0.to_cell())
    }
}

impl<T: Integer> TryGetable for AsInteger<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let cell = i64::try_get_by(row, index)?;
        let out_of_range = || DbErr::from(CellError::at(index, format!("`{cell}` is out of range")));
        Ok(T::from_cell(cell).map(Self).ok_or_else(out_of_range)?)
    }
}

impl<T: Integer> sea_query::ValueType for AsInteger<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let cell = <i64 as sea_query::ValueType>::try_from(value)?;
        T::from_cell(cell).map(Self).ok_or(ValueTypeErr)
    }

    fn type_name() -> String {
        "AsInteger".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::BigInt
    }

    fn column_type() -> ColumnType {
        ColumnType::BigInteger
    }
}

impl<T> Nullable for AsInteger<T> {
    fn null() -> Value {
        Value::BigInt(None)
    }
}

impl<T: Integer> TryFromU64 for AsInteger<T> {
    fn try_from_u64(key: u64) -> Result<Self, DbErr> {
        let cell = i64::try_from(key).ok();
        cell.and_then(T::from_cell).map(Self).ok_or(DbErr::ConvertFromU64("AsInteger"))
    }
}
