//! What can go wrong with any store.

/// A store could not do what was asked. Nothing was half-written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Locked, full or unreachable: the same call may work later.
    #[error("the database cannot be used right now: {reason}")]
    Unavailable {
        /// In words a person can act on, e.g. `the disk is full`.
        reason: String,
        /// The driver's own error.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// What is stored cannot be understood: repair or restore it.
    #[error("the database holds something unexpected: {what}")]
    Corrupt {
        /// Table, row and what is wrong with it.
        what: String,
        /// The driver's or decoder's own error.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}
