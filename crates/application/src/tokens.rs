//! Whom a token belongs to.

use core_monitor_domain::ports::{StoreError, Token, TokenStore};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The token with this secret. Takes the same time for every wrong one: all hashes are compared in full.
pub async fn token_of(tokens: &dyn TokenStore, secret: &str) -> Result<Option<Token>, StoreError> {
    let hash = Sha256::digest(secret.as_bytes());
    let mut found = None;
    for token in tokens.list().await? {
        if bool::from(token.hash.as_slice().ct_eq(&hash)) {
            found = Some(token);
        }
    }
    Ok(found)
}
