//! Reads the audit. The stores that make the changes write it, each entry in the transaction of its change.

use async_trait::async_trait;

use super::{Page, StoreError};
use crate::audit::AuditRecord;

/// Which audit entries to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only entries older than this one.
    pub before: Option<i64>,
    /// At most this many, at least 1.
    pub limit: u32,
}

/// Reads the audit.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Entries, newest first.
    async fn list(&self, filter: &AuditFilter) -> Result<Page<AuditRecord>, StoreError>;
}
