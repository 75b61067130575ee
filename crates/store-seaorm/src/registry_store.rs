//! [`RegistryStore`]: encrypted registry credentials.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ports::{RegistryStore, StoreError, StoredRegistry};
use core_monitor_domain::registry::RegistryHost;
use core_monitor_domain::time::Timestamp;
use sea_orm::{EntityTrait, QueryOrder};

use crate::audit_log;
use crate::cell::AsText;
use crate::database::Connections;
use crate::entity::registry::{self, Column, Entity as Registry};
use crate::rows;
use crate::store_error::store_error;

/// Registries in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmRegistryStore {
    db: Arc<Connections>,
}

impl SeaOrmRegistryStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl RegistryStore for SeaOrmRegistryStore {
    async fn list(&self) -> Result<Vec<StoredRegistry>, StoreError> {
        rows::list::<registry::Model>(self.db.reader(), Registry::find().order_by_asc(Column::Host)).await
    }

    async fn find(&self, host: &RegistryHost) -> Result<Option<StoredRegistry>, StoreError> {
        rows::find::<registry::Model>(self.db.reader(), Registry::find_by_id(AsText(host.clone()))).await
    }

    async fn put(&self, registry: &StoredRegistry, by: &Actor) -> Result<bool, StoreError> {
        let tx = self.db.write().await?;
        let earlier =
            Registry::delete_by_id(AsText(registry.host.clone())).exec(&*tx).await.map_err(store_error)?;
        Registry::insert(registry::row(registry)).exec_without_returning(&*tx).await.map_err(store_error)?;
        let was_there = earlier.rows_affected > 0;
        audit_log::append(
            &*tx,
            AuditEntry::registry_stored(&registry.host, by, registry.updated_at, was_there),
        )
        .await?;
        tx.commit().await?;
        Ok(!was_there)
    }

    async fn remove(&self, host: &RegistryHost, by: &Actor, now: Timestamp) -> Result<bool, StoreError> {
        let tx = self.db.write().await?;
        let gone = Registry::delete_by_id(AsText(host.clone())).exec(&*tx).await.map_err(store_error)?;
        let was_there = gone.rows_affected > 0;
        if was_there {
            audit_log::append(&*tx, AuditEntry::registry_removed(host, by, now)).await?;
        }
        tx.commit().await?;
        Ok(was_there)
    }
}
