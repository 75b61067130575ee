//! [`RegistryStore`]: sealed credentials of registries.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ports::{RegistryStore, SealedSecret, StoreError, StoredRegistry};
use core_monitor_domain::registry::RegistryHost;
use sea_orm::{FromQueryResult, Value};

use crate::database::Connections;
use crate::sql::{self, Row, millis, text};
use crate::store_error::Place;

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
        let query = "SELECT host, key_id, sealed, updated_at FROM registry ORDER BY host";
        let rows = sql::list::<RegistryRow>(self.db.reader(), query, []).await?;
        rows.into_iter().map(RegistryRow::into_registry).collect()
    }

    async fn find(&self, host: &RegistryHost) -> Result<Option<StoredRegistry>, StoreError> {
        let query = "SELECT host, key_id, sealed, updated_at FROM registry WHERE host = $1";
        let rows = sql::list::<RegistryRow>(self.db.reader(), query, [text(host)]).await?;
        rows.into_iter().next().map(RegistryRow::into_registry).transpose()
    }

    async fn put(&self, registry: &StoredRegistry) -> Result<bool, StoreError> {
        let tx = self.db.write().await?;
        let gone = sql::execute(&*tx, "DELETE FROM registry WHERE host = $1", [text(&registry.host)]).await?;
        sql::execute(
            &*tx,
            "INSERT INTO registry (host, key_id, sealed, updated_at) VALUES ($1, $2, $3, $4)",
            [
                text(&registry.host),
                text(&registry.sealed.key_id),
                Value::from(registry.sealed.bytes.clone()),
                millis(registry.updated_at),
            ],
        )
        .await?;
        tx.commit().await?;
        Ok(gone == 0)
    }

    async fn remove(&self, host: &RegistryHost) -> Result<bool, StoreError> {
        let tx = self.db.write().await?;
        let gone = sql::execute(&*tx, "DELETE FROM registry WHERE host = $1", [text(host)]).await?;
        tx.commit().await?;
        Ok(gone > 0)
    }
}

#[derive(FromQueryResult)]
struct RegistryRow {
    host: String,
    key_id: String,
    sealed: Vec<u8>,
    updated_at: i64,
}

impl Row for RegistryRow {
    const TABLE: &'static str = "registry";
}

impl RegistryRow {
    fn into_registry(self) -> Result<StoredRegistry, StoreError> {
        let place = Place::new(Self::TABLE, &self.host);
        Ok(StoredRegistry {
            host: place.parse("host", &self.host)?,
            updated_at: place.time("updated_at", self.updated_at)?,
            sealed: SealedSecret { key_id: self.key_id, bytes: self.sealed },
        })
    }
}
