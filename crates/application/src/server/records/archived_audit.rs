//! The audit that goes on in record files.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::audit::{AuditEntry, AuditRecord, ChainHead};
use core_monitor_domain::ports::{AuditFilter, AuditLog, Page, StoreError};
use core_monitor_domain::records::RecordSubject;

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

    /// What follows in record files after the part of a page that is from the database.
    async fn with_older(
        &self,
        filter: &AuditFilter,
        mut page: Page<AuditRecord>,
    ) -> Result<Page<AuditRecord>, StoreError> {
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        if page.more {
            return Ok(page);
        }
        // Entries leave from the oldest on, so what is in the database is the newest part.
        let before = page.items.last().map(|record| record.id).or(filter.before);
        let rest = AuditFilter { before, ..filter.clone() };
        let files = self.reader.store().files().await?;
        let older = self.reader.audit(files, &rest, (limit - page.items.len()).saturating_add(1)).await?;
        page.items.extend(older);
        page.more = page.items.len() > limit;
        page.items.truncate(limit);
        Ok(page)
    }

    /// What comes first from record files, and then from the database. That was read before: what leaves it meanwhile is in a file.
    async fn with_first(
        &self,
        filter: &AuditFilter,
        page: Page<AuditRecord>,
    ) -> Result<Page<AuditRecord>, StoreError> {
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let files = self.reader.store().files().await?;
        let audit = files.iter().filter(|file| file.head.subject == RecordSubject::Audit);
        let last = audit.map(|file| file.head.last).max().unwrap_or_default();
        let mut items = self.reader.audit(files, filter, limit.saturating_add(1)).await?;
        items.extend(page.items.into_iter().filter(|record| record.id > last));
        let more = page.more || items.len() > limit;
        items.truncate(limit);
        Ok(Page { items, more })
    }
}

#[async_trait]
impl AuditLog for ArchivedAudit {
    async fn list(&self, filter: &AuditFilter) -> Result<Page<AuditRecord>, StoreError> {
        let page = self.log.list(filter).await?;
        if filter.oldest_first {
            self.with_first(filter, page).await
        } else {
            self.with_older(filter, page).await
        }
    }

    async fn head(&self) -> Result<ChainHead, StoreError> {
        self.log.head().await
    }

    async fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.log.record(entry).await
    }
}
