//! Credentials of registries, sealed.

use async_trait::async_trait;

use super::{SealedSecret, StoreError};
use crate::registry::RegistryHost;
use crate::time::Timestamp;

/// A registry as stored: nothing of its credentials can be read without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRegistry {
    /// Which.
    pub host: RegistryHost,
    /// Its sealed credentials.
    pub sealed: SealedSecret,
    /// When they were stored.
    pub updated_at: Timestamp,
}

/// Holds the registries that need credentials.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RegistryStore: Send + Sync {
    /// All of them, by host; there are few.
    async fn list(&self) -> Result<Vec<StoredRegistry>, StoreError>;

    /// One.
    async fn find(&self, host: &RegistryHost) -> Result<Option<StoredRegistry>, StoreError>;

    /// Stores one, in the place of an earlier one of that host. Whether there was none.
    async fn put(&self, registry: &StoredRegistry) -> Result<bool, StoreError>;

    /// Forgets one. Whether it was there.
    async fn remove(&self, host: &RegistryHost) -> Result<bool, StoreError>;
}
