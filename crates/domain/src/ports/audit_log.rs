//! The audit. Stores that make changes write it themselves, each entry in the transaction of its change.

use async_trait::async_trait;

use super::{Page, StoreError};
use crate::audit::{AuditEntry, AuditRecord};

/// Which audit entries to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only entries older than this one.
    pub before: Option<i64>,
    /// At most this many, at least 1.
    pub limit: u32,
}

/// Reads the audit, and writes what no store changes.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Entries, newest first.
    async fn list(&self, filter: &AuditFilter) -> Result<Page<AuditRecord>, StoreError>;

    /// Adds an entry about something that happens outside the database.
    async fn record(&self, entry: &AuditEntry) -> Result<(), StoreError>;
}
