//! Registry credentials: encrypted when stored, and decrypted only when the engine needs them.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ports::{
    CredentialsError, RegistryCredentials, RegistryStore, SecretVault, StoreError, StoredRegistry, VaultError,
};
use core_monitor_domain::registry::{Credentials, RegistryHost};
use core_monitor_domain::time::Timestamp;
use tracing::warn;

/// Encrypts credentials so that they can be decrypted only for `host`.
pub(crate) fn seal(
    vault: &dyn SecretVault,
    host: RegistryHost,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<StoredRegistry, VaultError> {
    // Serializing two strings cannot fail, and an empty record would be refused on decryption.
    let plain = serde_json::to_vec(credentials).unwrap_or_default();
    let sealed = vault.seal(&purpose(&host), &plain)?;
    Ok(StoredRegistry { host, sealed, updated_at: now })
}

/// For what the credentials of `host` are sealed.
pub(crate) fn purpose(host: &RegistryHost) -> String {
    format!("registry {host}")
}

/// Stored credentials, decrypted one by one.
pub struct StoredRegistryCredentials {
    registries: Arc<dyn RegistryStore>,
    vault: Arc<dyn SecretVault>,
}

impl StoredRegistryCredentials {
    /// Decrypts the credentials in `registries` with `vault`.
    pub fn new(registries: Arc<dyn RegistryStore>, vault: Arc<dyn SecretVault>) -> Self {
        Self { registries, vault }
    }

    fn open(&self, stored: &StoredRegistry) -> Result<Credentials, CredentialsError> {
        let sealed = |reason: String| CredentialsError::Sealed { registry: stored.host.clone(), reason };
        let plain = self.vault.open(&purpose(&stored.host), &stored.sealed);
        let plain = plain.map_err(|error| sealed(error.to_string()))?;
        // The reason must not repeat the decrypted text.
        serde_json::from_slice(&plain)
            .map_err(|_| sealed("the stored record does not contain credentials".to_owned()))
    }
}

#[async_trait]
impl RegistryCredentials for StoredRegistryCredentials {
    async fn find(&self, host: &RegistryHost) -> Result<Option<Credentials>, CredentialsError> {
        let stored = self.registries.find(host).await.map_err(|error| unavailable(&error))?;
        stored.map(|stored| self.open(&stored)).transpose()
    }

    async fn all(&self) -> Result<Vec<(RegistryHost, Credentials)>, CredentialsError> {
        let stored = self.registries.list().await.map_err(|error| unavailable(&error))?;
        let opened = stored.iter().filter_map(|stored| match self.open(stored) {
            Ok(credentials) => Some((stored.host.clone(), credentials)),
            Err(error) => {
                // A build that does not need these credentials should not fail because of them.
                warn!(%error, "cannot read registry credentials; building without them");
                None
            }
        });
        Ok(opened.collect())
    }
}

fn unavailable(error: &StoreError) -> CredentialsError {
    CredentialsError::Unavailable { reason: error.to_string() }
}
