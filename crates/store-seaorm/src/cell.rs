//! Column types: how the domain's types are stored in the database and read back.
//!
//! The columns of the [entities](crate::entity) have these types; nothing else converts values. Ids, names and statuses
//! are [`AsText`], numbers [`AsInteger`], instants [`AsMillis`], actors [`AsActor`], and values without columns of
//! their own [`Json`].

use std::error::Error;
use std::sync::Arc;

use sea_orm::{ColIdx, DbErr, IdenStatic};

mod actor;
mod integer;
mod json;
mod millis;
mod text;

pub(crate) use actor::AsActor;
pub(crate) use integer::AsInteger;
pub(crate) use json::Json;
pub(crate) use millis::AsMillis;
pub(crate) use text::AsText;

/// A value that cannot be read, with its column.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{source}")]
pub(crate) struct CellError {
    pub(crate) column: String,
    source: Arc<dyn Error + Send + Sync>,
}

impl CellError {
    /// For a column that is read as a plain value and turns out to be invalid.
    pub(crate) fn new(column: impl IdenStatic, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { column: column.as_str().to_owned(), source: source.into().into() }
    }

    fn at(index: impl ColIdx, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        // Every query of this crate reads its columns by name.
        Self { column: index.as_str().unwrap_or_default().to_owned(), source: source.into().into() }
    }
}

/// The driver's traits cannot return our error, so it is wrapped here and unwrapped by [`rows`](crate::rows).
impl From<CellError> for DbErr {
    fn from(error: CellError) -> Self {
        Self::TryIntoErr { from: "a cell", into: "a value", source: Arc::new(error) }
    }
}
