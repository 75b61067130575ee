//! Users, as administrators see them: inviting, granting, removing.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::UserId;
use core_monitor_domain::ports::{IdSource, StoreError, UserError};
use core_monitor_domain::user::{Invitation, User, UserChange, UserGrants, UserName};
use sha2::{Digest as _, Sha256};

use super::{QueryError, Server};

/// How many users there may be.
pub(super) const USERS: u32 = 100_000;

/// How long an invitation can be accepted.
const INVITED_FOR: Duration = Duration::from_hours(7 * 24);

/// The secret of an invitation, known only to whoever is to get it. It implements neither `Debug` nor `Display`.
pub struct InvitationSecret(String);

impl InvitationSecret {
    /// A new secret: `cmi_` and 43 characters that encode 256 random bits.
    pub(super) fn random(ids: &dyn IdSource) -> Self {
        Self(format!("cmi_{}", URL_SAFE_NO_PAD.encode(ids.secret())))
    }

    /// The text, to hand it to whoever is invited.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// What is stored of the secret of an invitation.
pub(super) fn invitation_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A user who was invited, with the secret of the invitation, which nobody can find out later. It implements no `Debug`.
pub struct Invited {
    /// The user.
    pub user: User,
    /// The secret.
    pub secret: InvitationSecret,
}

/// Users, some of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPage {
    /// By name.
    pub users: Vec<User>,
    /// Whether there are more after the last one.
    pub has_more: bool,
}

/// Why nothing became of a request about users.
#[derive(Debug, thiserror::Error)]
pub enum UserUseError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store refused it.
    #[error(transparent)]
    User(#[from] UserError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// Up to `limit` users by name, those after `after` if it is given.
    pub async fn list_users(
        &self,
        actor: &Actor,
        after: Option<UserName>,
        limit: u32,
    ) -> Result<UserPage, QueryError> {
        let ports = self.permit(actor, Action::ListUsers, &Resource::Installation).await?;
        let mut users = ports.users.list(after, limit.saturating_add(1)).await?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = users.len() > most;
        users.truncate(most);
        Ok(UserPage { users, has_more })
    }

    /// Invites somebody as a user, who can sign in once they have accepted.
    pub async fn invite_user(
        &self,
        actor: &Actor,
        name: UserName,
        grants: UserGrants,
    ) -> Result<Invited, UserUseError> {
        let ports = self.permit(actor, Action::InviteUser, &Resource::User(name.clone())).await?;
        let secret = InvitationSecret::random(&*ports.ids);
        let now = ports.clock.now();
        let user = User {
            id: UserId(ports.ids.next_uuid()),
            name,
            grants,
            password: None,
            totp: None,
            invitation: Some(Invitation {
                hash: invitation_hash(secret.expose()),
                expires_at: now.plus(INVITED_FOR),
            }),
            provided: None,
            created_at: now,
            signed_in_at: None,
        };
        ports.users.add(&user, USERS, actor).await?;
        // Nobody can be the first one any more.
        ports.setup.discard();
        Ok(Invited { user, secret })
    }

    /// Invites a user again, who has lost their password or one-time codes, or let the invitation run out. What they have stays valid
    /// until they accept.
    pub async fn renew_invitation(&self, actor: &Actor, name: &UserName) -> Result<Invited, UserUseError> {
        let ports = self.permit(actor, Action::RenewInvitation, &Resource::User(name.clone())).await?;
        let user = ports.users.named(name).await?.ok_or(UserError::NotFound)?;
        let secret = InvitationSecret::random(&*ports.ids);
        let now = ports.clock.now();
        let hash = invitation_hash(secret.expose());
        let change = UserChange::Invitation(Invitation { hash, expires_at: now.plus(INVITED_FOR) });
        let user = ports.users.change(user.id, &change, actor, now).await?;
        Ok(Invited { user, secret })
    }

    /// Replaces what is granted to a user, for whom it holds from their next request on.
    pub async fn set_user_grants(
        &self,
        actor: &Actor,
        name: &UserName,
        grants: UserGrants,
    ) -> Result<User, UserUseError> {
        let ports = self.permit(actor, Action::SetUserGrants, &Resource::User(name.clone())).await?;
        let user = ports.users.named(name).await?.ok_or(UserError::NotFound)?;
        let change = UserChange::Grants(grants);
        Ok(ports.users.change(user.id, &change, actor, ports.clock.now()).await?)
    }

    /// Removes a user. Their sessions end, and what they have requested and has not begun is not carried out.
    pub async fn remove_user(&self, actor: &Actor, name: &UserName) -> Result<(), UserUseError> {
        let ports = self.permit(actor, Action::RemoveUser, &Resource::User(name.clone())).await?;
        Ok(ports.users.remove(name, actor, ports.clock.now()).await?)
    }
}
