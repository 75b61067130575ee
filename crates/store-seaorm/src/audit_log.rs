//! [`AuditLog`]: what was done without a command.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::audit::{AuditEntry, AuditRecord, ChainHead};
use core_monitor_domain::ports::{AuditFilter, AuditLog, Page, StoreError};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::database::Connections;
use crate::entity::{audit, audit_chain};
use crate::rows;
use crate::store_error::store_error;

mod filtered;

/// The audit in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmAuditLog {
    db: Arc<Connections>,
}

impl SeaOrmAuditLog {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AuditLog for SeaOrmAuditLog {
    async fn list(&self, filter: &AuditFilter) -> Result<Page<AuditRecord>, StoreError> {
        let tx = self.db.read().await?;
        let query = filtered::query(&tx, filter).await?;
        rows::page::<audit::Model>(&tx, query, filter.limit).await
    }

    async fn head(&self) -> Result<ChainHead, StoreError> {
        head(self.db.reader()).await
    }

    async fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        append(&*tx, entry.clone()).await?;
        tx.commit().await
    }
}

/// Adds a record, in the same transaction as the change it describes. Nobody else writes meanwhile, so it follows the newest one.
pub(crate) async fn append(tx: &impl ConnectionTrait, entry: AuditEntry) -> Result<(), StoreError> {
    let record = head(tx).await?.next(entry);
    let row = audit::Entity::insert(audit::row(record)?);
    row.exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}

async fn head(db: &impl ConnectionTrait) -> Result<ChainHead, StoreError> {
    let head = rows::find::<audit_chain::Model>(db, audit_chain::head()).await?;
    let lost = || StoreError::Corrupt { what: "table `audit_chain`, its only row".to_owned(), source: None };
    head.ok_or_else(lost)
}
