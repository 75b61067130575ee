//! A provider of identities, with which people sign in.

use async_trait::async_trait;

use crate::session::SignInSecrets;
use crate::user::Identity;

/// Why a provider has identified nobody. What exactly was wrong is in the log: it is nothing for a stranger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// It cannot be reached, or does not answer in time.
    #[error("the provider cannot be reached")]
    Unreachable,
    /// It does not take the code: it was used, has run out, or is for somebody else.
    #[error("the provider refuses the code")]
    Refused,
    /// Its answer, or its token, is not one that may be believed.
    #[error("the answer of the provider is not valid")]
    Invalid,
    /// So many people sign in that one more is turned away.
    #[error("too many people sign in at once")]
    Busy,
}

/// Says who somebody is (OpenID Connect, with the authorization code flow).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// What people call it.
    fn name(&self) -> String;

    /// Where a browser begins this sign-in.
    async fn authorization(&self, secrets: &SignInSecrets) -> Result<String, IdentityError>;

    /// Who it is that the browser came back with `code` for.
    async fn identify(&self, code: String, secrets: &SignInSecrets) -> Result<Identity, IdentityError>;
}
