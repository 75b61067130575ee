//! What was granted to whom.

use core_monitor_domain::access::Grant;
use core_monitor_domain::actor::{Actor, Principal};
use core_monitor_domain::ports::{Clock, StoreError, Token, TokenStore, UserStore};

/// Where it is stored what was granted.
pub(crate) struct Granted<'p> {
    /// To the holders of tokens.
    pub(crate) tokens: &'p dyn TokenStore,
    /// To users.
    pub(crate) users: &'p dyn UserStore,
    /// Until when.
    pub(crate) clock: &'p dyn Clock,
}

impl Granted<'_> {
    /// What was granted to whoever `actor` is or acts for, as it is now. It is nothing once the token was revoked, its time has run out,
    /// or the user was removed.
    pub(crate) async fn to(&self, actor: &Actor) -> Result<Vec<Grant>, StoreError> {
        match actor.principal() {
            Some(Principal::Token { id: Some(id), .. }) => {
                let is_valid = |token: &Token| token.expires_at.is_none() || token.is_valid(self.clock.now());
                let token = self.tokens.find(*id).await?.filter(is_valid);
                Ok(token.map(|token| token.grant).into_iter().collect())
            }
            // The first releases recorded just the name of a token, and all tokens were those of administrators.
            Some(Principal::Token { id: None, .. }) => Ok(vec![Grant::administrator()]),
            Some(Principal::User { id, .. }) => {
                let user = self.users.find(*id).await?;
                Ok(user.map(|user| user.grants.into()).unwrap_or_default())
            }
            None => Ok(Vec::new()),
        }
    }
}
