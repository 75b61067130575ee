//! A vault without real encryption; it only ensures that the stored bytes differ from the text.

use core_monitor_domain::ports::{SealedSecret, SecretVault, VaultError};

/// Seals by inverting the bytes, after the purpose. For tests that check whether a secret leaked.
#[derive(Debug, Clone)]
pub struct SimVault {
    key_id: String,
}

impl SimVault {
    /// A vault with this key.
    pub fn new(key_id: &str) -> Self {
        Self { key_id: key_id.to_owned() }
    }
}

impl SecretVault for SimVault {
    fn seal(&self, purpose: &str, secret: &[u8]) -> Result<SealedSecret, VaultError> {
        let mut bytes = format!("{purpose:<40}\n").into_bytes();
        bytes.extend(secret.iter().map(|byte| !byte));
        Ok(SealedSecret { key_id: self.key_id.clone(), bytes })
    }

    fn open(&self, purpose: &str, sealed: &SealedSecret) -> Result<Vec<u8>, VaultError> {
        if sealed.key_id != self.key_id {
            let (sealed_with, here) = (sealed.key_id.clone(), self.key_id.clone());
            return Err(VaultError::OtherKey { sealed_with, here });
        }
        let content = sealed.bytes.strip_prefix(format!("{purpose:<40}\n").as_bytes());
        content.map(|bytes| bytes.iter().map(|byte| !byte).collect()).ok_or(VaultError::Damaged)
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0_u8; 32];
        let bytes = self.key_id.bytes().chain([b'/']).chain(purpose.bytes());
        for (place, byte) in bytes.enumerate() {
            key[place % 32] = key[place % 32].rotate_left(3).wrapping_add(byte);
        }
        key
    }
}
