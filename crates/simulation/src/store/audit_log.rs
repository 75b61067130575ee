//! [`AuditLog`] in memory.

use async_trait::async_trait;
use core_monitor_domain::audit::{AuditEntry, AuditRecord, ChainHead};
use core_monitor_domain::ports::{AuditFilter, AuditLog, Page, StoreError};

use super::SimDatabase;

/// The audit in memory.
#[derive(Debug, Clone)]
pub struct SimAuditLog {
    db: SimDatabase,
}

impl SimAuditLog {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AuditLog for SimAuditLog {
    async fn list(&self, filter: &AuditFilter) -> Result<Page<AuditRecord>, StoreError> {
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        self.db.read("AuditLog::list", |state| {
            let mut found: Vec<_> = state.audit.iter().filter(|record| filter.means(record)).collect();
            if !filter.oldest_first {
                found.reverse();
            }
            let items = found.iter().take(limit).copied().cloned().collect();
            Ok(Page { items, more: found.len() > limit })
        })
    }

    async fn head(&self) -> Result<ChainHead, StoreError> {
        self.db.read("AuditLog::head", |state| Ok(state.audit_head))
    }

    async fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.db.write("AuditLog::record", |state| {
            state.audit(entry.clone());
            Ok(())
        })
    }
}
