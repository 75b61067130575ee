//! Issuing tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_domain::access::{Action, Grant, Resource};
use core_monitor_domain::actor::{Actor, ActorName};
use core_monitor_domain::ids::TokenId;
use core_monitor_domain::ports::{IdSource, Token};
use core_monitor_domain::time::Timestamp;
use sha2::{Digest, Sha256};

use super::tokens::TokenUseError;
use super::{QueryError, Server};

/// Name of the first token.
pub const ADMINISTRATOR: &str = "admin";

/// How many tokens there may be. Each request with a token compares its hash with all of them.
const TOKENS: u32 = 1_000;

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

    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// The request.
#[derive(Debug, Clone)]
pub struct IssueToken {
    /// The name of the token.
    pub name: ActorName,
    /// What its holder may do.
    pub grant: Grant,
    /// From when on it is not valid any more; `None` if it is until it is revoked.
    pub expires_at: Option<Timestamp>,
}

/// A token with its secret, which nobody can find out later. It implements no `Debug`.
pub struct IssuedToken {
    /// The token.
    pub token: Token,
    /// The secret.
    pub secret: TokenSecret,
}

impl Server {
    /// Issues a token with a new secret.
    pub async fn issue_token(
        &self,
        actor: &Actor,
        request: IssueToken,
    ) -> Result<IssuedToken, TokenUseError> {
        let IssueToken { name, grant, expires_at } = request;
        let ports = self.permit(actor, Action::IssueToken, &Resource::Token(name.clone())).await?;
        let now = ports.clock.now();
        if expires_at.is_some_and(|expires| expires <= now) {
            return Err(TokenUseError::Expired);
        }
        let secret = TokenSecret::random(&*ports.ids);
        let id = TokenId(ports.ids.next_uuid());
        let hash = secret.hash();
        let token = Token { id, name, hash, grant, created_at: now, expires_at, used_at: None };
        ports.tokens.add(&token, TOKENS, actor).await?;
        Ok(IssuedToken { token, secret })
    }

    /// Whether there is any token.
    pub async fn has_tokens(&self, actor: &Actor) -> Result<bool, QueryError> {
        let ports = self.permit(actor, Action::ListTokens, &Resource::Installation).await?;
        Ok(!ports.tokens.list().await?.is_empty())
    }

    /// Makes `secret` the only secret of the token `name`, which is one of an administrator, and records it in the audit. Does
    /// nothing if that is already so: a token keeps its id as long as its secret stays the same.
    pub async fn set_token(
        &self,
        actor: &Actor,
        name: &ActorName,
        secret: &TokenSecret,
    ) -> Result<(), QueryError> {
        let ports = self.permit(actor, Action::IssueToken, &Resource::Token(name.clone())).await?;
        let (hash, grant, now) = (secret.hash(), Grant::administrator(), ports.clock.now());
        let mut known = ports.tokens.list().await?.into_iter().filter(|token| token.name == *name);
        if known.any(|token| token.hash == hash && token.grant == grant && token.is_valid(now)) {
            return Ok(());
        }
        let id = TokenId(ports.ids.next_uuid());
        let name = name.clone();
        let token = Token { id, name, hash, grant, created_at: now, expires_at: None, used_at: None };
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
