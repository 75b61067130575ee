//! Authentication: which actor a token belongs to.

use core_monitor_domain::actor::{Actor, Principal};
use core_monitor_domain::ports::{StoreError, Token};

use super::Server;
use super::gate::BeforeIdentity;
use crate::tokens::token_of;

impl Server {
    /// Finds the actor that `secret` belongs to.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Actor>, StoreError> {
        let ports = self.before_identity(BeforeIdentity::Authentication);
        let found = token_of(&*ports.tokens, secret).await?;
        Ok(found.map(|token| Actor::token(token.id, token.name)))
    }
}

/// Whether the actor's token is among those that exist. One that was replaced has another id.
pub(super) fn is_among(tokens: &[Token], actor: &Actor) -> bool {
    match actor.principal() {
        Some(Principal::Token { id: Some(id), .. }) => tokens.iter().any(|token| token.id == *id),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use core_monitor_domain::ids::{InstanceId, TokenId};
    use core_monitor_domain::ports::{MockTokenStore, Token};
    use core_monitor_domain::time::Timestamp;
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::server::untouchable_ports;

    fn server(secrets: &[(&str, &str)]) -> Server {
        let list: Vec<_> = secrets
            .iter()
            .map(|(name, secret)| Token {
                id: TokenId(uuid::Uuid::nil()),
                name: name.parse().unwrap(),
                hash: Sha256::digest(secret.as_bytes()).into(),
                created_at: Timestamp::from_millis(0).unwrap(),
            })
            .collect();
        let mut tokens = MockTokenStore::new();
        tokens.expect_list().returning(move || Ok(list.clone()));
        let mut ports = untouchable_ports(InstanceId(uuid::Uuid::nil()));
        ports.tokens = Arc::new(tokens);
        Server::new(ports)
    }

    #[tokio::test]
    async fn a_secret_stands_for_the_token_it_was_made_with() {
        let server = server(&[("ada", "one"), ("bob", "two")]);
        let name =
            async |secret| server.authenticate(secret).await.unwrap().map(|actor| actor.label().to_owned());
        assert_eq!(name("two").await.as_deref(), Some("bob"));
        assert_eq!(name("one").await.as_deref(), Some("ada"));
        assert_eq!(name("three").await, None);
        assert_eq!(name("").await, None);
    }

    #[tokio::test]
    async fn without_tokens_every_request_is_refused() {
        assert_eq!(server(&[]).authenticate("one").await.unwrap(), None);
    }
}
