//! Storing the credentials of a registry.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::{StoreError, StoredRegistry, VaultError};
use core_monitor_domain::registry::{Credentials, RegistryHost};

use super::Server;
use crate::registry_credentials::seal;

/// Why nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreRegistryError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The credentials cannot be encrypted.
    #[error("the credentials cannot be encrypted")]
    Vault(#[from] VaultError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// Stores the credentials encrypted, replacing earlier ones, and records it in the audit. Returns whether there
    /// were none.
    pub async fn store_registry(
        &self,
        actor: &Actor,
        host: RegistryHost,
        credentials: &Credentials,
    ) -> Result<(StoredRegistry, bool), StoreRegistryError> {
        let ports = self.permit(actor, Action::StoreRegistry, &Resource::Registry(host.clone())).await?;
        let registry = seal(&*ports.vault, host, credentials, ports.clock.now())?;
        let is_new = ports.registries.put(&registry, actor).await?;
        Ok((registry, is_new))
    }
}
