//! [`AuditLog`] in memory.

use async_trait::async_trait;
use core_monitor_domain::audit::{AuditEntry, AuditRecord};
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
            let older = |record: &&AuditRecord| filter.before.is_none_or(|before| record.id < before);
            let mut found = state.audit.iter().rev().filter(older);
            let items = found.by_ref().take(limit).cloned().collect();
            Ok(Page { items, more: found.next().is_some() })
        })
    }

    async fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.db.write("AuditLog::record", |state| {
            state.audit(entry.clone());
            Ok(())
        })
    }
}
