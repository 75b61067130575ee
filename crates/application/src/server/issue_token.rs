//! Making tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_domain::ids::TokenId;
use core_monitor_domain::ports::{Clock, IdSource, StoreError, Token, TokenStore};
use sha2::{Digest, Sha256};

/// Name of the first token.
pub const ADMINISTRATOR: &str = "admin";

/// The secret half of a token, known to its holder only. No `Debug`, no `Display`.
pub struct TokenSecret(String);

impl TokenSecret {
    /// A new one: `cm_` and 43 letters that carry 256 random bits.
    pub fn random(ids: &dyn IdSource) -> Self {
        Self(format!("cm_{}", URL_SAFE_NO_PAD.encode(ids.secret())))
    }

    /// One that somebody chose.
    pub fn chosen(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for whoever hands it to its holder.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Whether anybody can get in at all.
pub async fn has_tokens(tokens: &dyn TokenStore) -> Result<bool, StoreError> {
    Ok(!tokens.list().await?.is_empty())
}

/// From now on `secret` stands for `name`, and no earlier secret does.
pub async fn accept_token(
    tokens: &dyn TokenStore,
    clock: &dyn Clock,
    ids: &dyn IdSource,
    name: &str,
    secret: &TokenSecret,
) -> Result<(), StoreError> {
    let token = Token {
        id: TokenId(ids.next_uuid()),
        name: name.to_owned(),
        hash: Sha256::digest(secret.expose().as_bytes()).into(),
        created_at: clock.now(),
    };
    tokens.replace(&token).await
}

#[cfg(test)]
mod tests {
    use core_monitor_simulation::ids::SeededIdSource;

    use super::*;

    #[test]
    fn a_random_secret_has_the_documented_form() {
        let ids = SeededIdSource::new(1);
        let secret = TokenSecret::random(&ids);
        let letters = secret.expose().strip_prefix("cm_").unwrap();
        assert_eq!(letters.len(), 43);
        assert!(letters.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{letters}");
        assert_ne!(letters, &TokenSecret::random(&ids).expose()[3..]);
    }
}
