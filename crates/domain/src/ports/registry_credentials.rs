//! What an engine's adapter shows a registry.

use async_trait::async_trait;

use crate::registry::{Credentials, RegistryHost};

/// Finds credentials when they are needed, so that no plan, effect or event ever holds them.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RegistryCredentials: Send + Sync {
    /// Those of one registry; `None`: it is asked without.
    async fn find(&self, host: &RegistryHost) -> Result<Option<Credentials>, CredentialsError>;

    /// Those of all registries, for a build whose base images may come from any.
    async fn all(&self) -> Result<Vec<(RegistryHost, Credentials)>, CredentialsError>;
}

/// Stored credentials that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// Not now.
    #[error("the stored credentials cannot be read right now: {reason}")]
    Unavailable {
        /// In short.
        reason: String,
    },
    /// Not with the key that is here.
    #[error("the credentials stored for `{registry}` cannot be opened: {reason}")]
    Sealed {
        /// Of which registry.
        registry: RegistryHost,
        /// Why, in words that hold nothing of them.
        reason: String,
    },
}
