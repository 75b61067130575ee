//! Signing in with a provider of identities: the browser goes there and comes back with a code.

use std::sync::Arc;

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::StrangerRefusal;
use core_monitor_domain::ids::UserId;
use core_monitor_domain::ports::{IdentityError, IdentityProvider, StoreError, UserError};
use core_monitor_domain::session::{SessionSecret, SignInSecrets, TooManySignIns};
use core_monitor_domain::user::{GroupGrants, Identity, User, UserChange, UserGrants};

use super::gate::BeforeIdentity;
use super::sessions::{read_secret, write_secret};
use super::users::USERS;
use super::{Server, ServerPorts, SignInError, SignedIn, Visitor};

/// A provider of identities, and what its groups are worth here.
#[derive(Clone)]
pub struct Identification {
    /// The provider.
    pub provider: Arc<dyn IdentityProvider>,
    /// What is granted to its groups.
    pub roles: GroupGrants,
}

/// A sign-in that goes on at the provider. It implements no `Debug`.
pub struct AtProvider {
    /// Where the browser goes.
    pub address: String,
    /// What the browser keeps, in letters that a cookie can contain: nobody else can end the sign-in.
    pub browser: String,
}

/// Why nobody has signed in with the provider.
#[derive(Debug, thiserror::Error)]
pub enum ProviderSignInError {
    /// There is no provider.
    #[error("no provider of identities is configured")]
    NoProvider,
    /// There were too many attempts.
    #[error("there were too many attempts to sign in")]
    TooMany(TooManySignIns),
    /// This browser has begun no such sign-in, or too long ago, or it has come back already.
    #[error("no such sign-in is under way in this browser")]
    NotUnderWay,
    /// The provider identifies nobody.
    #[error(transparent)]
    Provider(#[from] IdentityError),
    /// They are in no group that is worth anything here.
    #[error("none of the groups has a role")]
    NoGroup,
    /// A user of another origin has their name.
    #[error("another user has the name")]
    NameTaken,
    /// They are here for the first time, and there are as many users as there may be.
    #[error("there are {most} users already, which are as many as there may be")]
    NoRoom {
        /// As many.
        most: u32,
    },
    /// They cannot have a session.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The server may not do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ProviderSignInError {
    /// Why somebody was refused, if they were, so that the audit is to have it.
    fn refusal(&self) -> Option<StrangerRefusal> {
        match self {
            Self::NotUnderWay => Some(StrangerRefusal::NotUnderWay),
            Self::NoGroup => Some(StrangerRefusal::NoGroup),
            Self::NameTaken => Some(StrangerRefusal::NameTaken),
            Self::NoRoom { .. } => Some(StrangerRefusal::NoRoom),
            Self::Provider(IdentityError::Refused) => Some(StrangerRefusal::Provider),
            Self::Provider(IdentityError::Invalid) => Some(StrangerRefusal::ProviderAnswer),
            Self::Provider(IdentityError::Unreachable | IdentityError::Busy)
            | Self::NoProvider
            | Self::TooMany(_)
            | Self::SignIn(_)
            | Self::Forbidden(_)
            | Self::Store(_) => None,
        }
    }
}

impl From<UserError> for ProviderSignInError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Store(error) => Self::Store(error),
            UserError::NameTaken => Self::NameTaken,
            UserError::TooMany { most } => Self::NoRoom { most },
            // The user was removed a moment ago; the others cannot be of somebody who arrives.
            UserError::NotFound
            | UserError::NotFirst
            | UserError::LastAdministrator
            | UserError::Change(_) => Self::NotUnderWay,
        }
    }
}

impl Server {
    /// What the provider is called; `None` without one. Everybody may know: it is what the page to sign in shows.
    pub fn provider_name(&self) -> Option<String> {
        let ports = self.before_identity(BeforeIdentity::Authentication);
        ports.identification.as_ref().map(|found| found.provider.name())
    }

    /// Sends a browser to the provider. How often this may be tried is limited like [`sign_in`](Self::sign_in).
    pub async fn begin_provider_sign_in(&self, visitor: &Visitor) -> Result<AtProvider, ProviderSignInError> {
        let ports =
            self.permit(&Actor::server(), Action::SignInWithProvider, &Resource::Installation).await?;
        let found = ports.identification.as_ref().ok_or(ProviderSignInError::NoProvider)?;
        let now = ports.clock.elapsed();
        let admitted = self.admit_stranger(Action::SignInWithProvider, visitor).await;
        admitted.map_err(ProviderSignInError::TooMany)?;
        let secrets = SignInSecrets {
            state: ports.ids.secret(),
            nonce: ports.ids.secret(),
            verifier: ports.ids.secret(),
        };
        let address = found.provider.authorization(&secrets).await?;
        let browser = SessionSecret::new(ports.ids.secret());
        if !self.provider_sign_ins().begin(&browser, secrets, now) {
            return Err(IdentityError::Busy.into());
        }
        Ok(AtProvider { address, browser: write_secret(&browser) })
    }

    /// Begins a session for whoever comes back from the provider with `code`, in the browser that has begun this. What they may do
    /// follows from their groups, until they sign in again.
    pub async fn sign_in_with_provider(
        &self,
        code: String,
        state: &str,
        browser: Option<&str>,
        former: Option<&str>,
        visitor: Visitor,
    ) -> Result<SignedIn, ProviderSignInError> {
        let ports =
            self.permit(&Actor::server(), Action::SignInWithProvider, &Resource::Installation).await?;
        let found = ports.identification.as_ref().ok_or(ProviderSignInError::NoProvider)?;
        let now = ports.clock.elapsed();
        let admitted = self.admit_stranger(Action::SignInWithProvider, &visitor).await;
        admitted.map_err(ProviderSignInError::TooMany)?;
        let secrets = read_secret(state).zip(browser.and_then(read_secret));
        let secrets =
            secrets.and_then(|(state, own)| self.provider_sign_ins().take(state.expose(), &own, now));
        let user = match secrets {
            Some(secrets) => arrive(ports, found, code, &secrets).await,
            None => Err(ProviderSignInError::NotUnderWay),
        };
        let user = match user {
            Ok(user) => user,
            Err(error) => {
                if let Some(why) = error.refusal() {
                    self.note_refusal(Action::SignInWithProvider, why, None, &visitor).await?;
                }
                return Err(error);
            }
        };
        // This attempt, and the one with which it began.
        self.sign_ins().give_back(visitor.address);
        self.sign_ins().give_back(visitor.address);
        if let Some(former) = former {
            self.end_former(former).await?;
        }
        Ok(self.open_session(&user.actor(), visitor).await?)
    }
}

/// The user who has come back with `code`.
async fn arrive(
    ports: &ServerPorts,
    found: &Identification,
    code: String,
    secrets: &SignInSecrets,
) -> Result<User, ProviderSignInError> {
    let identity = found.provider.identify(code, secrets).await?;
    let grants = found.roles.of(&identity.groups).ok_or(ProviderSignInError::NoGroup)?;
    let now = ports.clock.now();
    let user = match ports.users.provided(&identity.subject).await? {
        Some(user) => user,
        None => add(ports, &identity, grants.clone()).await?,
    };
    Ok(ports.users.change(user.id, &UserChange::Arrive(grants), &user.actor(), now).await?)
}

/// Somebody who is here for the first time. A user of the same name is somebody else, whatever their address of e-mail is.
async fn add(
    ports: &ServerPorts,
    identity: &Identity,
    grants: UserGrants,
) -> Result<User, ProviderSignInError> {
    let user = User {
        id: UserId(ports.ids.next_uuid()),
        name: identity.user_name().ok_or(ProviderSignInError::NameTaken)?,
        grants,
        password: None,
        totp: None,
        invitation: None,
        provided: Some(identity.subject.clone()),
        created_at: ports.clock.now(),
        signed_in_at: None,
    };
    ports.users.add(&user, USERS, &Actor::server()).await?;
    // Nobody can be the first one any more.
    ports.setup.discard();
    Ok(user)
}
