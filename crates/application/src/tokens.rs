//! Whom a token belongs to.

use core_monitor_domain::access::{Action, Decision, Resource, decide};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::{StoreError, Token, TokenStore};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::time::Timestamp;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The token with this secret, unless its time has run out. Takes the same time for every wrong one: all hashes are compared in
/// full.
pub async fn token_of(
    tokens: &dyn TokenStore,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Token>, StoreError> {
    let hash = Sha256::digest(secret.as_bytes());
    let mut found = None;
    for token in tokens.list().await? {
        if bool::from(token.hash.as_slice().ct_eq(&hash)) {
            found = Some(token);
        }
    }
    Ok(found.filter(|token| token.is_valid(now)))
}

/// Whether the holder of `token` may use an action on a stack.
pub fn may(token: Token, action: Action, stack: &Stack) -> bool {
    let Token { id, name, grant, .. } = token;
    let (actor, resource) = (Actor::token(id, name), Resource::Stack(stack.id));
    decide(&actor, &[grant], action, &resource, Some(stack.name.as_str())) == Decision::Allowed
}
