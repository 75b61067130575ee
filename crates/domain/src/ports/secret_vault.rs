//! Secrets at rest.

use std::fmt;

/// A secret that only the holder of a key can read.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// Which key it was sealed with; tells a wrong key from a damaged record.
    pub key_id: String,
    /// Nonce, ciphertext and tag.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedSecret({} bytes under key {})", self.bytes.len(), self.key_id)
    }
}

/// Seals and opens secrets with a key that is not in the database.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SecretVault: Send + Sync {
    /// Seals `secret` for `purpose`: only who names the same purpose can open it, so that a record copied onto another
    /// one is worthless.
    fn seal(&self, purpose: &str, secret: &[u8]) -> Result<SealedSecret, VaultError>;

    /// Opens what was sealed for `purpose`.
    fn open(&self, purpose: &str, sealed: &SealedSecret) -> Result<Vec<u8>, VaultError>;
}

/// Why a secret cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Sealed with another key than the one that is here.
    #[error("it was sealed with key `{sealed_with}`, and the key here is `{here}`")]
    OtherKey {
        /// Id of the key it needs.
        sealed_with: String,
        /// Id of the key there is.
        here: String,
    },
    /// Damaged, or taken from another record.
    #[error("it is damaged or belongs to something else")]
    Damaged,
    /// The operating system gave no randomness.
    #[error("the operating system has no random bytes")]
    Randomness,
}
