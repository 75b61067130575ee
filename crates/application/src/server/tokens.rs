//! Listing, rotating and revoking tokens.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::{Actor, ActorName};
use core_monitor_domain::ids::TokenId;
use core_monitor_domain::ports::{StoreError, Token, TokenError};

use super::{IssuedToken, QueryError, Server, TokenSecret};

/// Why nothing became of a request about tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenUseError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It would never be valid.
    #[error("the token would never be valid: its time has run out already")]
    Expired,
    /// The store refused it.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// All tokens, by name.
    pub async fn list_tokens(&self, actor: &Actor) -> Result<Vec<Token>, QueryError> {
        let ports = self.permit(actor, Action::ListTokens, &Resource::Installation).await?;
        Ok(ports.tokens.list().await?)
    }

    /// Gives a token another secret. The former one is not valid from now on, and the sessions that it began end.
    pub async fn rotate_token(&self, actor: &Actor, name: &ActorName) -> Result<IssuedToken, TokenUseError> {
        let ports = self.permit(actor, Action::RotateToken, &Resource::Token(name.clone())).await?;
        let known = ports.tokens.list().await?.into_iter().find(|token| token.name == *name);
        let known = known.ok_or(TokenError::NotFound)?;
        let secret = TokenSecret::random(&*ports.ids);
        let (id, hash, created_at) = (TokenId(ports.ids.next_uuid()), secret.hash(), ports.clock.now());
        let token = Token { id, hash, created_at, used_at: None, ..known };
        ports.tokens.replace(&token, actor).await?;
        Ok(IssuedToken { token, secret })
    }

    /// Revokes a token: it is not valid from now on, the sessions that it began end, and what its holder has requested and has not
    /// begun is not carried out.
    pub async fn revoke_token(&self, actor: &Actor, name: &ActorName) -> Result<(), TokenUseError> {
        let ports = self.permit(actor, Action::RevokeToken, &Resource::Token(name.clone())).await?;
        Ok(ports.tokens.revoke(name, actor, ports.clock.now()).await?)
    }
}
