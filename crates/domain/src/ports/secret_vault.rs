//! Encryption of stored secrets.

use crate::sealed_secret::SealedSecret;

/// Seals and opens secrets with a key that is not in the database.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SecretVault: Send + Sync {
    /// Seals `secret` for `purpose`. It can only be opened with the same purpose, so copying it to another record is
    /// useless.
    fn seal(&self, purpose: &str, secret: &[u8]) -> Result<SealedSecret, VaultError>;

    /// Opens a secret that was sealed for `purpose`.
    fn open(&self, purpose: &str, sealed: &SealedSecret) -> Result<Vec<u8>, VaultError>;

    /// Derives a key for `purpose`: the same for everyone with the vault's key, and revealing nothing about it.
    fn derive(&self, purpose: &str) -> [u8; 32];
}

/// Why a secret cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It was sealed with a different key.
    #[error("it was sealed with key `{sealed_with}`, but the current key is `{here}`")]
    OtherKey {
        /// Id of the key it needs.
        sealed_with: String,
        /// Id of the current key.
        here: String,
    },
    /// Damaged, or taken from another record.
    #[error("it is damaged or belongs to another record")]
    Damaged,
    /// The operating system provided no randomness.
    #[error("the operating system provided no random bytes")]
    Randomness,
}
