//! Whom a token belongs to, and what its holder may do.

use core_monitor_domain::access::{Action, Decision, Resource, decide};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{Clock, StackStore, StoreError, Token, TokenStore};
use core_monitor_domain::time::Timestamp;
use sha2::{Digest, Sha256};

/// The token with this secret, unless its time has run out.
pub async fn token_of(
    tokens: &dyn TokenStore,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Token>, StoreError> {
    let hash = Sha256::digest(secret.as_bytes()).into();
    Ok(tokens.of_hash(&hash).await?.filter(|token| token.is_valid(now)))
}

/// What it takes to know whether a token may do something with a stack, for programs other than the server.
pub struct TokenRights<'p> {
    /// The tokens.
    pub tokens: &'p dyn TokenStore,
    /// The stacks, for their names and labels.
    pub stacks: &'p dyn StackStore,
    /// The clock.
    pub clock: &'p dyn Clock,
}

impl TokenRights<'_> {
    /// Whether there is a valid token with this secret whose holder may use `action` on this stack.
    pub async fn allow(&self, secret: &str, action: Action, stack: StackId) -> Result<bool, StoreError> {
        let Some(token) = token_of(self.tokens, secret, self.clock.now()).await? else { return Ok(false) };
        let Some(stack) = self.stacks.find(stack).await? else { return Ok(false) };
        let Token { id, name, grant, .. } = token;
        let (actor, resource) = (Actor::token(id, name), Resource::Stack(stack.id));
        Ok(decide(&actor, &[grant], action, &resource, Some((&stack).into())) == Decision::Allowed)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use core_monitor_domain::access::{Grant, Role, Scope};
    use core_monitor_domain::ids::TokenId;
    use core_monitor_domain::ports::{MockStackStore, MockTokenStore};
    use core_monitor_simulation::clock::ManualClock;
    use uuid::Uuid;

    use super::*;

    async fn wakes(grant: Grant, expires_at: Option<Timestamp>, stack: StackId) -> bool {
        let token = Token { grant, expires_at, ..Token::of_administrator(TokenId(Uuid::nil())) };
        let right: [u8; 32] = Sha256::digest("right").into();
        let mut tokens = MockTokenStore::new();
        tokens.expect_of_hash().returning(move |hash| Ok((*hash == right).then(|| token.clone())));
        let mut stacks = MockStackStore::new();
        stacks
            .expect_find()
            .returning(|id| Ok((id == StackId::HOST).then(core_monitor_domain::stack::Stack::host)));
        let clock = ManualClock::new();
        let rights = TokenRights { tokens: &tokens, stacks: &stacks, clock: &clock };
        assert!(!rights.allow("wrong", Action::WakeService, stack).await.unwrap());
        rights.allow("right", Action::WakeService, stack).await.unwrap()
    }

    #[tokio::test]
    async fn only_a_token_that_may_wake_the_stack_wakes_it() {
        let of = |pattern: &str| Scope::Stacks(BTreeSet::from([pattern.parse().unwrap()]));
        let operator = |pattern| Grant { stacks: of(pattern), ..Grant::everything(Role::Operator) };
        // The stack that stands for the host is called `host`.
        let stack = StackId::HOST;
        assert!(wakes(Grant::administrator(), None, stack).await);
        assert!(wakes(operator("ho*"), None, stack).await);
        assert!(!wakes(operator("shop"), None, stack).await, "another stack");
        assert!(!wakes(operator("team=payments"), None, stack).await, "a label that it does not have");
        assert!(!wakes(Grant::everything(Role::Viewer), None, stack).await, "only looks");
        let now = ManualClock::new().now();
        assert!(!wakes(Grant::administrator(), Some(now), stack).await, "its time has run out");
        assert!(!wakes(Grant::administrator(), None, StackId(Uuid::from_u128(1))).await, "no such stack");
    }
}
