//! How somebody becomes a user who can sign in: the first one with the setup token, all others with an invitation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::StrangerRefusal;
use core_monitor_domain::ids::UserId;
use core_monitor_domain::ports::{IdSource, PasswordHashError, StoreError, UserError};
use core_monitor_domain::session::TooManySignIns;
use core_monitor_domain::user::{
    Password, PasswordError, User, UserChange, UserChangeError, UserGrants, UserName,
};
use subtle::ConstantTimeEq as _;

use super::gate::BeforeIdentity;
use super::users::invitation_hash;
use super::{QueryError, Server, SignInError, SignedIn, Visitor};

/// How a setup token begins.
pub const SETUP_TOKEN_PREFIX: &str = "cms_";

/// A new setup token: `cms_` and 43 characters that encode 256 random bits.
pub fn random_setup_token(ids: &dyn IdSource) -> String {
    format!("{SETUP_TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(ids.secret()))
}

/// Why somebody has not become a user.
#[derive(Debug, thiserror::Error)]
pub enum BecomeUserError {
    /// There were too many attempts.
    #[error("there were too many attempts")]
    TooMany(TooManySignIns),
    /// The setup token or the invitation is not valid, or was used.
    #[error("the setup token or the invitation is not valid")]
    Secret,
    /// The password is not accepted.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The password cannot be hashed now.
    #[error(transparent)]
    Hash(#[from] PasswordHashError),
    /// The new user cannot have a session.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<UserError> for BecomeUserError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Store(error) => Self::Store(error),
            // Somebody else was quicker. Nobody is told with what.
            UserError::NameTaken
            | UserError::TooMany { .. }
            | UserError::NotFound
            | UserError::NotFirst
            | UserError::LastAdministrator
            | UserError::Change(
                UserChangeError::NotInvited
                | UserChangeError::CodeUsed
                | UserChangeError::Provided
                | UserChangeError::NotProvided,
            ) => Self::Secret,
        }
    }
}

impl Server {
    /// Whether there is any user.
    pub async fn has_users(&self, actor: &Actor) -> Result<bool, QueryError> {
        let ports = self.permit(actor, Action::SetUp, &Resource::Installation).await?;
        Ok(!ports.users.list(None, 1).await?.is_empty())
    }

    /// Whether the setup token is waited for. Everybody may know: it is what the page to sign in shows.
    pub fn setup_is_open(&self) -> bool {
        self.before_identity(BeforeIdentity::Authentication).setup.hash().is_some()
    }

    /// Creates the first user, an administrator, with the setup token, and begins a session for them.
    pub async fn set_up(
        &self,
        token: &str,
        name: UserName,
        password: String,
        visitor: Visitor,
    ) -> Result<SignedIn, BecomeUserError> {
        let ports = self.permit(&Actor::server(), Action::SetUp, &Resource::Installation).await?;
        let address = visitor.address;
        self.admit_stranger(Action::SetUp, &visitor).await.map_err(BecomeUserError::TooMany)?;
        let hash = ports.setup.hash();
        let is_right =
            hash.is_some_and(|hash| bool::from(invitation_hash(token).as_slice().ct_eq(hash.as_slice())));
        if !is_right {
            self.note_refusal(Action::SetUp, StrangerRefusal::SetupToken, None, &visitor).await?;
            return Err(BecomeUserError::Secret);
        }
        self.sign_ins().give_back(address);
        let password = Password::chosen(password, &name)?;
        let user = User {
            id: UserId(ports.ids.next_uuid()),
            name,
            grants: UserGrants::administrator(),
            password: Some(ports.passwords.hash(&password, ports.ids.secret()).await?),
            totp: None,
            invitation: None,
            provided: None,
            created_at: ports.clock.now(),
            signed_in_at: None,
        };
        ports.users.add_first(&user).await?;
        ports.setup.discard();
        tracing::info!(user = %user.name, "the first user was created");
        Ok(self.open_session(&user.actor(), visitor).await?)
    }

    /// Accepts an invitation: its user has this password from now on, and a session is begun for them. All their other sessions end.
    pub async fn accept_invitation(
        &self,
        secret: &str,
        password: String,
        visitor: Visitor,
    ) -> Result<SignedIn, BecomeUserError> {
        let ports = self.permit(&Actor::server(), Action::AcceptInvitation, &Resource::Installation).await?;
        let address = visitor.address;
        self.admit_stranger(Action::AcceptInvitation, &visitor).await.map_err(BecomeUserError::TooMany)?;
        let hash = invitation_hash(secret);
        let user = match ports.users.invited(&hash).await? {
            Some(user) if user.is_invited(&hash, ports.clock.now()) => user,
            other => {
                let why = match other {
                    Some(_) => StrangerRefusal::InvitationExpired,
                    None => StrangerRefusal::Invitation,
                };
                let user = other.as_ref().map(|user| &user.name);
                self.note_refusal(Action::AcceptInvitation, why, user, &visitor).await?;
                return Err(BecomeUserError::Secret);
            }
        };
        self.sign_ins().give_back(address);
        let password = Password::chosen(password, &user.name)?;
        let password = ports.passwords.hash(&password, ports.ids.secret()).await?;
        let change = UserChange::Accept { invitation: hash, password };
        let user = ports.users.change(user.id, &change, &user.actor(), ports.clock.now()).await?;
        Ok(self.open_session(&user.actor(), visitor).await?)
    }
}
