//! [`RegistryStore`] in memory.

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ports::{RegistryStore, StoreError, StoredRegistry};
use core_monitor_domain::registry::RegistryHost;
use core_monitor_domain::time::Timestamp;

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

    async fn put(&self, registry: &StoredRegistry, by: &Actor) -> Result<bool, StoreError> {
        self.db.write("RegistryStore::put", |state| {
            let was_there = state.registries.insert(registry.host.clone(), registry.clone()).is_some();
            state.audit(AuditEntry::registry_stored(&registry.host, by, registry.updated_at, was_there));
            Ok(!was_there)
        })
    }

    async fn remove(&self, host: &RegistryHost, by: &Actor, now: Timestamp) -> Result<bool, StoreError> {
        self.db.write("RegistryStore::remove", |state| {
            let was_there = state.registries.remove(host).is_some();
            if was_there {
                state.audit(AuditEntry::registry_removed(host, by, now));
            }
            Ok(was_there)
        })
    }
}
