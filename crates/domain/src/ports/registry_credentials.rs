//! Registry credentials for the engine adapter.

use async_trait::async_trait;

use crate::registry::{Credentials, RegistryHost};

/// Provides credentials on demand, so that no plan, effect or event contains them.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RegistryCredentials: Send + Sync {
    /// The credentials of one registry; `None` for anonymous access.
    async fn find(&self, host: &RegistryHost) -> Result<Option<Credentials>, CredentialsError>;

    /// The credentials of all registries, for a build whose base images may come from any of them.
    async fn all(&self) -> Result<Vec<(RegistryHost, Credentials)>, CredentialsError>;
}

/// The stored credentials are not available.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// Temporarily.
    #[error("the stored credentials cannot be read right now: {reason}")]
    Unavailable {
        /// The reason.
        reason: String,
    },
    /// Not with the current key.
    #[error("the credentials stored for `{registry}` cannot be opened: {reason}")]
    Sealed {
        /// The registry.
        registry: RegistryHost,
        /// The reason, without any part of the credentials.
        reason: String,
    },
}
