//! JSON documents in a column.

use std::fmt;

use core_monitor_domain::ports::StoreError;
use sea_orm::{DbErr, DeriveValueType, IdenStatic};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CellError;

/// A document, kept as its text: a row is written from a reference, without copying a model that may be large, and only
/// documents that are used get parsed. The type of the document is that of the domain field it is written from and read
/// into.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub(crate) struct Json(String);

impl Json {
    /// The cell for `document`.
    pub(crate) fn of(document: &impl Serialize) -> Result<Self, StoreError> {
        // This can only fail for maps with keys that are not strings, which no document of the domain has.
        serde_json::to_string(document).map(Self).map_err(|error| StoreError::Corrupt {
            what: "a document cannot be written as JSON".to_owned(),
            source: Some(Box::new(error)),
        })
    }

    /// The cell of a document that another column has.
    pub(crate) fn empty() -> Self {
        Self(String::new())
    }

    /// Parses the document. `column` is for the error.
    pub(crate) fn read<T: DeserializeOwned>(&self, column: impl IdenStatic) -> Result<T, DbErr> {
        Ok(serde_json::from_str(&self.0).map_err(|error| CellError::new(column, error))?)
    }

    /// The text of the document.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Documents contain variables and files of users, which must not appear in logs.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json").finish_non_exhaustive()
    }
}
