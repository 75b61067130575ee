//! Users: people with a name, a password and what was granted to them.
//!
//! A user is invited: an administrator says the name and the grants, and whoever has the secret of the invitation chooses the password.
//! Until then nobody can sign in as the user.

use crate::access::{Action, Role, Scope};
use crate::actor::{Actor, ActorName, Principal};
use crate::ids::UserId;
use crate::sealed_secret::SealedSecret;
use crate::time::Timestamp;

mod change;
mod grants;
mod identity;
mod password;
mod totp;
mod user_name;

pub use change::{UserChange, UserChangeError};
pub use grants::{UserGrants, UserGrantsError};
pub use identity::{GroupGrants, GroupGrantsError, Identity, ProviderSubject, ProviderSubjectError};
pub use password::{Password, PasswordError, PasswordHash};
pub use totp::{OneTimeCode, TotpSecret, TotpSecretError, TotpStep};
pub use user_name::{UserName, UserNameError};

/// A user as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identity. Another user of the same name is somebody else.
    pub id: UserId,
    /// What they sign in with.
    pub name: UserName,
    /// What was granted to them.
    pub grants: UserGrants,
    /// The hash of their password; `None` until they have accepted an invitation.
    pub password: Option<PasswordHash>,
    /// What makes their one-time codes; `None` if the password alone is enough.
    pub totp: Option<Totp>,
    /// The invitation that they may accept; `None` if there is none.
    pub invitation: Option<Invitation>,
    /// Who they are at the provider that they come from; `None` for who has a password here. Then there is neither a password nor an
    /// invitation, and the grants are those of their groups there when they last signed in.
    pub provided: Option<ProviderSubject>,
    /// When they were invited first, or came first.
    pub created_at: Timestamp,
    /// When they last signed in; `None` if they never did.
    pub signed_in_at: Option<Timestamp>,
}

/// The one-time codes of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totp {
    /// The secret that they are made from.
    pub secret: SealedSecret,
    /// The step of the last code that was used: neither it nor an earlier one is valid again.
    pub used: TotpStep,
}

/// An invitation to choose a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// SHA-256 of its secret. The secret has 256 random bits, so a slow hash would add nothing.
    pub hash: [u8; 32],
    /// From when on it cannot be accepted any more.
    pub expires_at: Timestamp,
}

impl User {
    /// The user as an actor.
    pub fn actor(&self) -> Actor {
        Principal::User { id: self.id, name: ActorName::from(&self.name) }.into()
    }

    /// Whether they can sign in and do everything, also without a provider.
    pub fn administers(&self) -> bool {
        self.password.is_some()
            && self
                .grants
                .iter()
                .any(|grant| grant.role == Role::Administrator && grant.stacks == Scope::Everything)
    }

    /// By what they become a user.
    pub fn added_by(&self) -> Action {
        if self.provided.is_some() { Action::SignInWithProvider } else { Action::InviteUser }
    }

    /// Whether the secret with this hash invites them at `now`.
    pub fn is_invited(&self, hash: &[u8; 32], now: Timestamp) -> bool {
        self.invitation
            .as_ref()
            .is_some_and(|invitation| invitation.hash == *hash && now < invitation.expires_at)
    }
}

#[cfg(test)]
mod tests;
