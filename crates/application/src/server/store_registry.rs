//! Credentials for a registry.

use core_monitor_domain::ports::{StoreError, VaultError};
use core_monitor_domain::registry::{Credentials, RegistryHost};

use super::Server;
use crate::registry_credentials::seal;

/// Why nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreRegistryError {
    /// They cannot be sealed.
    #[error("the credentials cannot be sealed")]
    Vault(#[from] VaultError),
    /// The store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores them sealed, in the place of earlier ones. Whether there were none.
pub async fn store_registry(
    server: &Server,
    host: RegistryHost,
    credentials: &Credentials,
) -> Result<bool, StoreRegistryError> {
    let registry = seal(&*server.vault, host, credentials, server.clock.now())?;
    Ok(server.registries.put(&registry).await?)
}
