//! [`RegistryStore`] in memory.

use async_trait::async_trait;
use core_monitor_domain::ports::{RegistryStore, StoreError, StoredRegistry};
use core_monitor_domain::registry::RegistryHost;

use super::SimDatabase;

/// Registries in memory.
#[derive(Debug, Clone)]
pub struct SimRegistryStore {
    db: SimDatabase,
}

impl SimRegistryStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl RegistryStore for SimRegistryStore {
    async fn list(&self) -> Result<Vec<StoredRegistry>, StoreError> {
        self.db.read("RegistryStore::list", |state| Ok(state.registries.values().cloned().collect()))
    }

    async fn find(&self, host: &RegistryHost) -> Result<Option<StoredRegistry>, StoreError> {
        self.db.read("RegistryStore::find", |state| Ok(state.registries.get(host).cloned()))
    }

    async fn put(&self, registry: &StoredRegistry) -> Result<bool, StoreError> {
        self.db.write("RegistryStore::put", |state| {
            Ok(state.registries.insert(registry.host.clone(), registry.clone()).is_none())
        })
    }

    async fn remove(&self, host: &RegistryHost) -> Result<bool, StoreError> {
        self.db.write("RegistryStore::remove", |state| Ok(state.registries.remove(host).is_some()))
    }
}
