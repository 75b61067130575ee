//! [`AuditLog`]: what was done without a command.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::audit::{AuditEntry, AuditRecord};
use core_monitor_domain::ports::{AuditFilter, AuditLog, Page, StoreError};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::database::Connections;
use crate::entity::audit;
use crate::rows;
use crate::store_error::store_error;

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
        let mut query = audit::Entity::find().order_by_desc(audit::Column::AuditId);
        if let Some(before) = filter.before {
            query = query.filter(audit::Column::AuditId.lt(before));
        }
        rows::page::<audit::Model>(self.db.reader(), query, filter.limit).await
    }

    async fn record(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        append(&*tx, entry.clone()).await?;
        tx.commit().await
    }
}

/// Adds a record, in the same transaction as the change it describes.
pub(crate) async fn append(tx: &impl ConnectionTrait, entry: AuditEntry) -> Result<(), StoreError> {
    let row = audit::Entity::insert(audit::row(entry)?);
    row.exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}
