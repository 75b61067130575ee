//! What was granted to whom.

use core_monitor_domain::access::Grant;
use core_monitor_domain::actor::{Actor, Principal};
use core_monitor_domain::ports::{Clock, StoreError, Token, TokenStore};

/// What was granted to whoever `actor` is or acts for, as it is now. It is nothing once the token was revoked or its time has run out.
pub(crate) async fn grants_of(
    tokens: &dyn TokenStore,
    clock: &dyn Clock,
    actor: &Actor,
) -> Result<Vec<Grant>, StoreError> {
    match actor.principal() {
        Some(Principal::Token { id: Some(id), .. }) => {
            let is_valid = |token: &Token| token.expires_at.is_none() || token.is_valid(clock.now());
            let token = tokens.find(*id).await?.filter(is_valid);
            Ok(token.map(|token| token.grant).into_iter().collect())
        }
        // The first releases recorded just the name of a token, and all tokens were those of administrators.
        Some(Principal::Token { id: None, .. }) => Ok(vec![Grant::administrator()]),
        Some(Principal::Person { .. }) | None => Ok(Vec::new()),
    }
}
