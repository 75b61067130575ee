//! A vault whose content anybody can read, but whose text is not in it as it was.

use core_monitor_domain::ports::{SealedSecret, SecretVault, VaultError};

/// Seals by turning bytes around behind the purpose. For tests that look whether a secret got out somewhere.
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
}
