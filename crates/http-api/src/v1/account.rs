//! The own account.

use core_monitor_application::server::Account;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::actor::ActorBody;
use crate::v1::grants::GrantBody;

pub(crate) mod password;
pub(crate) mod show;
pub(crate) mod totp;

/// Who is asking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountBody {
    /// Who it is.
    actor: ActorBody,
    /// What was granted to them. One of them is enough to do something.
    grants: Vec<GrantBody>,
    /// Whether signing in takes a one-time code besides the password; null for the holder of a token, who has neither.
    #[schema(example = false)]
    totp: Option<bool>,
    /// The address of the provider of identities that they come from, which has their password; null for who has one here, and for
    /// the holder of a token.
    #[schema(example = json!(null))]
    provider: Option<String>,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        Self {
            actor: ActorBody::from(&account.actor),
            grants: account.grants.iter().map(GrantBody::from).collect(),
            totp: account.user.as_ref().map(|user| user.totp.is_some()),
            provider: account
                .user
                .as_ref()
                .and_then(|user| user.provided.as_ref())
                .map(|provided| provided.issuer().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests;
