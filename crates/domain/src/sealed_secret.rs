//! Secrets as they are stored.

use std::fmt;

/// A secret that can only be read with the key.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// The id of the key it was sealed with; distinguishes a wrong key from a damaged record.
    pub key_id: String,
    /// Nonce, ciphertext and tag.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedSecret({} bytes under key {})", self.bytes.len(), self.key_id)
    }
}
