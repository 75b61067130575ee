//! Issuing tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::{Actor, ActorName};
use core_monitor_domain::ids::TokenId;
use core_monitor_domain::ports::{IdSource, Token};
use sha2::{Digest, Sha256};

use super::{QueryError, Server};

/// Name of the first token.
pub const ADMINISTRATOR: &str = "admin";

/// The secret of a token, known only to its holder. It implements neither `Debug` nor `Display`.
pub struct TokenSecret(String);

impl TokenSecret {
    /// A new secret: `cm_` and 43 characters that encode 256 random bits.
    pub fn random(ids: &dyn IdSource) -> Self {
        Self(format!("cm_{}", URL_SAFE_NO_PAD.encode(ids.secret())))
    }

    /// A secret chosen by the operator.
    pub fn chosen(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to hand it to its holder.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Server {
    /// Whether there is any token.
    pub async fn has_tokens(&self, actor: &Actor) -> Result<bool, QueryError> {
        let ports = self.permit(actor, Action::ListTokens, &Resource::Installation)?;
        Ok(!ports.tokens.list().await?.is_empty())
    }

    /// Makes `secret` the only secret of the token `name` and records it in the audit. Does nothing if that is already
    /// so: a token keeps its id as long as its secret stays the same.
    pub async fn issue_token(
        &self,
        actor: &Actor,
        name: &ActorName,
        secret: &TokenSecret,
    ) -> Result<(), QueryError> {
        let ports = self.permit(actor, Action::IssueToken, &Resource::Token(name.clone()))?;
        let hash: [u8; 32] = Sha256::digest(secret.expose().as_bytes()).into();
        let mut known = ports.tokens.list().await?.into_iter().filter(|token| token.name == *name);
        if known.any(|token| token.hash == hash) {
            return Ok(());
        }
        let id = TokenId(ports.ids.next_uuid());
        let token = Token { id, name: name.clone(), hash, created_at: ports.clock.now() };
        Ok(ports.tokens.replace(&token, actor).await?)
    }
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
