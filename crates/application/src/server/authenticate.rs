//! Authentication: which actor a token belongs to.

use core_monitor_domain::actor::{Actor, Principal};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::session::USE_IS_WRITTEN_EVERY;

use super::gate::BeforeIdentity;
use super::{Server, ServerPorts};
use crate::tokens::token_of;

impl Server {
    /// Finds the actor that `secret` belongs to, and records that the token is used.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Actor>, StoreError> {
        let ports = self.before_identity(BeforeIdentity::Authentication);
        let now = ports.clock.now();
        let Some(token) = token_of(&*ports.tokens, secret, now).await? else { return Ok(None) };
        let is_due = token.used_at.is_none_or(|used| now.since(used) >= USE_IS_WRITTEN_EVERY);
        if is_due && self.used_tokens().begin(token.id, ports.clock.elapsed()) {
            // The request is not worse for it.
            if let Err(error) = ports.tokens.touch(token.id, now).await {
                tracing::warn!(%error, token = %token.name, "cannot record that a token is used");
            }
        }
        Ok(Some(Actor::token(token.id, token.name)))
    }
}

/// Whether the actor's token exists and is valid, or the user does. One that was replaced has another id.
pub(super) async fn is_there(ports: &ServerPorts, actor: &Actor) -> Result<bool, StoreError> {
    match actor.principal() {
        Some(Principal::Token { id: Some(id), .. }) => {
            let token = ports.tokens.find(*id).await?;
            Ok(token.is_some_and(|token| token.is_valid(ports.clock.now())))
        }
        Some(Principal::User { id, .. }) => Ok(ports.users.find(*id).await?.is_some()),
        _ => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use core_monitor_domain::access::Grant;
    use core_monitor_domain::ids::{InstanceId, TokenId};
    use core_monitor_domain::ports::{Clock as _, MockTokenStore, Token};
    use core_monitor_domain::time::Timestamp;
    use core_monitor_simulation::clock::ManualClock;
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::server::untouchable_ports;

    fn server(secrets: &[(&str, &str)], expires_at: Option<i64>) -> (Server, Arc<ManualClock>) {
        let list: Vec<_> = secrets
            .iter()
            .map(|(name, secret)| Token {
                id: TokenId(uuid::Uuid::nil()),
                name: name.parse().unwrap(),
                hash: Sha256::digest(secret.as_bytes()).into(),
                grant: Grant::administrator(),
                created_at: Timestamp::from_millis(0).unwrap(),
                expires_at: expires_at.map(|second| Timestamp::from_millis(second * 1_000).unwrap()),
                used_at: None,
            })
            .collect();
        let mut tokens = MockTokenStore::new();
        let of_hash = move |hash: &[u8; 32]| list.iter().find(|token| token.hash == *hash).cloned();
        tokens.expect_of_hash().returning(move |hash| Ok(of_hash(hash)));
        // Once a minute at most, and no test takes as long.
        tokens.expect_touch().times(0..=1).returning(|_, _| Ok(()));
        let mut ports = untouchable_ports(InstanceId(uuid::Uuid::nil()));
        let clock = Arc::new(ManualClock::new());
        (ports.tokens, ports.clock) = (Arc::new(tokens), clock.clone());
        (Server::new(ports), clock)
    }

    #[tokio::test]
    async fn a_secret_stands_for_the_token_it_was_made_with() {
        let (server, _) = server(&[("ada", "one"), ("bob", "two")], None);
        let name =
            async |secret| server.authenticate(secret).await.unwrap().map(|actor| actor.label().to_owned());
        assert_eq!(name("two").await.as_deref(), Some("bob"));
        assert_eq!(name("one").await.as_deref(), Some("ada"));
        assert_eq!(name("three").await, None);
        assert_eq!(name("").await, None);
    }

    #[tokio::test]
    async fn without_tokens_every_request_is_refused() {
        assert_eq!(server(&[], None).0.authenticate("one").await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_token_is_valid_until_its_time_has_run_out() {
        let now = ManualClock::new().now().as_millis() / 1_000;
        let (server, clock) = server(&[("ci", "one")], Some(now + 10));
        clock.advance(Duration::from_secs(9));
        assert!(server.authenticate("one").await.unwrap().is_some());
        clock.advance(Duration::from_secs(1));
        assert_eq!(server.authenticate("one").await.unwrap(), None);
    }
}
