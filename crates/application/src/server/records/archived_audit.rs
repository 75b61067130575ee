//! The audit that goes on in record files.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::audit::{AuditEntry, AuditRecord};
use core_monitor_domain::ports::{AuditFilter, AuditLog, Page, StoreError};

use super::RecordReader;

/// An audit whose older entries are read from record files.
pub struct ArchivedAudit {
    log: Arc<dyn AuditLog>,
    reader: Arc<RecordReader>,
}

impl ArchivedAudit {
    /// Continues `log`.
    pub fn new(log: Arc<dyn AuditLog>, reader: Arc<RecordReader>) -> Self {
        Self { log, reader }
    }
}

#[async_trait]
impl AuditLog for ArchivedAudit {
    async fn list(&self, filter: &AuditFilter) -> Result<Page<AuditRecord>, StoreError> {
        let mut page = self.log.list(filter).await?;
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        if page.more {
            return Ok(page);
        }
        // Entries leave from the oldest on, so what is in the database is the newest part.
        let before = page.items.last().map(|record| record.id).or(filter.before).unwrap_or(i64::MAX);
        let older = self.reader.audit(before, (limit - page.items.len()).saturating_add(1)).await?;
        page.items.extend(older);
        page.more = page.items.len() > limit;
        page.items.truncate(limit);
        Ok(page)
    }

    async fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.log.record(entry).await
    }
}
