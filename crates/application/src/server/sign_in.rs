//! Signing in: a token becomes a session.

use std::net::IpAddr;

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditEntry, StrangerRefusal};
use core_monitor_domain::ids::SessionId;
use core_monitor_domain::ports::{PasswordHashError, StoreError, UserError};
use core_monitor_domain::session::{Session, SessionSecret, TooManySignIns};
use core_monitor_domain::user::UserName;

use super::Server;
use super::gate::BeforeIdentity;
use super::sessions::{ShownSession, write_secret};

/// Who stands at the door.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// What the browser calls itself; any text.
    pub client: String,
    /// Where the request comes from, as the server sees it.
    pub address: Option<IpAddr>,
}

/// A session that was just begun, for its browser. It implements no `Debug`.
pub struct SignedIn {
    /// The secret, in letters that a cookie can contain.
    pub secret: String,
    /// What every write has to repeat.
    pub csrf_token: String,
    /// The session.
    pub shown: ShownSession,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// There were too many attempts.
    #[error("there were too many attempts to sign in")]
    TooMany(TooManySignIns),
    /// The token is not valid.
    #[error("the token is not valid")]
    Token,
    /// The name or the password is wrong.
    #[error("the name or the password is wrong")]
    Password,
    /// The password is right, but it takes a one-time code.
    #[error("a one-time code is needed")]
    CodeNeeded,
    /// The password is right, but not the one-time code.
    #[error("the one-time code is wrong")]
    Code,
    /// The password cannot be checked now.
    #[error(transparent)]
    Hash(#[from] PasswordHashError),
    /// The token is valid, but its holder may not use sessions.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<UserError> for SignInError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Store(error) => Self::Store(error),
            UserError::Change(_) => Self::Code,
            // The user was removed a moment ago.
            UserError::NotFound
            | UserError::NameTaken
            | UserError::TooMany { .. }
            | UserError::NotFirst
            | UserError::LastAdministrator => Self::Password,
        }
    }
}

impl Server {
    /// Begins a session for whoever has `token`. How often this may be tried is limited, for each address and in all; an attempt
    /// with a valid token does not count. `former` is the secret of the session that the browser has had so far, if any: it ends,
    /// since nobody but a thief could use it from now on.
    pub async fn sign_in(
        &self,
        token: &str,
        former: Option<&str>,
        visitor: Visitor,
    ) -> Result<SignedIn, SignInError> {
        let address = visitor.address;
        self.admit_stranger(Action::SignIn, &visitor).await.map_err(SignInError::TooMany)?;
        let found = self.authenticate(token).await;
        if !matches!(found, Ok(None)) {
            self.sign_ins().give_back(address);
        }
        let Some(actor) = found? else {
            self.note_refusal(Action::SignIn, StrangerRefusal::Token, None, &visitor).await?;
            return Err(SignInError::Token);
        };
        if let Some(former) = former {
            self.end_former(former).await?;
        }
        self.open_session(&actor, visitor).await
    }

    /// Counts an attempt of a stranger, if there may be one more.
    pub(super) async fn admit_stranger(
        &self,
        action: Action,
        visitor: &Visitor,
    ) -> Result<(), TooManySignIns> {
        let now = self.before_identity(BeforeIdentity::Authentication).clock.elapsed();
        let admitted = self.sign_ins().admit(visitor.address, now);
        if admitted.is_err() {
            self.note_too_many(action, StrangerRefusal::TooMany, None, visitor).await;
        }
        admitted
    }

    /// Records that a stranger was refused, and as which user they tried to sign in. The limits of attempts also limit how many entries
    /// that makes.
    pub(super) async fn note_refusal(
        &self,
        action: Action,
        why: StrangerRefusal,
        user: Option<&UserName>,
        visitor: &Visitor,
    ) -> Result<(), StoreError> {
        let ports = self.before_identity(BeforeIdentity::Authentication);
        let address = visitor.address.map(|address| address.to_string());
        tracing::warn!(%action, reason = %why, address, "somebody tried to sign in and was refused");
        let entry = AuditEntry::stranger_refused(action, why, user, visitor.address, ports.clock.now());
        ports.audit.record(&entry).await
    }

    /// Records that a limit was reached: once a minute for each action and user, since nothing limits attempts that are beyond it. They
    /// are refused whether that can be recorded or not.
    pub(super) async fn note_too_many(
        &self,
        action: Action,
        why: StrangerRefusal,
        user: Option<&UserName>,
        visitor: &Visitor,
    ) {
        let now = self.before_identity(BeforeIdentity::Authentication).clock.elapsed();
        let key = (format!("{why} {}", user.map_or("", UserName::as_str)), action);
        if !self.told_refusals().begin(key, now) {
            return;
        }
        if let Err(error) = self.note_refusal(action, why, user, visitor).await {
            tracing::warn!(%error, "the refusal is not in the audit");
        }
    }

    pub(super) async fn end_former(&self, secret: &str) -> Result<(), StoreError> {
        let Some(former) = self.authenticate_session(secret).await? else { return Ok(()) };
        let ports = self.before_identity(BeforeIdentity::Authentication);
        let Session { id, actor, .. } = former.session;
        ports.sessions.close(id, Action::SignOut, &actor, ports.clock.now()).await?;
        Ok(())
    }

    /// Begins a session that acts as `actor`, and records it in the audit.
    pub async fn open_session(&self, actor: &Actor, visitor: Visitor) -> Result<SignedIn, SignInError> {
        let ports = self.permit(actor, Action::SignIn, &Resource::Installation).await?;
        let secret = SessionSecret::new(ports.ids.secret());
        let now = ports.clock.now();
        let session = Session {
            id: SessionId(ports.ids.next_uuid()),
            actor: actor.clone(),
            hash: secret.hash(),
            created_at: now,
            used_at: now,
            client: Session::client_name(&visitor.client),
            address: visitor.address.map(|address| address.to_canonical()),
        };
        ports.sessions.open(&session, &ports.session_limits).await?;
        tracing::info!(actor = %actor, session = %session.id, "a session has begun");
        Ok(SignedIn {
            secret: write_secret(&secret),
            csrf_token: secret.csrf_token(),
            shown: ShownSession::new(session, &ports.session_limits),
        })
    }
}
