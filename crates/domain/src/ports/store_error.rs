//! Errors of all stores.

/// A store failed. Nothing was written partially.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Locked, full or unreachable: the same call may succeed later.
    #[error("the database cannot be used right now: {reason}")]
    Unavailable {
        /// A reason that a person can act on, e.g. `the disk is full`.
        reason: String,
        /// The driver's own error.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The stored data is invalid: repair or restore it.
    #[error("the database contains unexpected data: {what}")]
    Corrupt {
        /// Table, row and what is wrong with it.
        what: String,
        /// The driver's or decoder's own error.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}
