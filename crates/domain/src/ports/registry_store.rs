//! Encrypted registry credentials.

use async_trait::async_trait;

use super::{SealedSecret, StoreError};
use crate::actor::Actor;
use crate::registry::RegistryHost;
use crate::time::Timestamp;

/// A stored registry. Its credentials cannot be read without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRegistry {
    /// The registry.
    pub host: RegistryHost,
    /// Its encrypted credentials.
    pub sealed: SealedSecret,
    /// When they were stored.
    pub updated_at: Timestamp,
}

/// Stores the registries that need credentials.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RegistryStore: Send + Sync {
    /// All registries, sorted by host; there are few.
    async fn list(&self) -> Result<Vec<StoredRegistry>, StoreError>;

    /// Finds a registry.
    async fn find(&self, host: &RegistryHost) -> Result<Option<StoredRegistry>, StoreError>;

    /// Stores a registry, replacing an earlier one of that host, and adds an audit entry. Returns whether it is new.
    async fn put(&self, registry: &StoredRegistry, by: &Actor) -> Result<bool, StoreError>;

    /// Removes a registry. Returns whether it existed; only then an audit entry is added.
    async fn remove(&self, host: &RegistryHost, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;
}
