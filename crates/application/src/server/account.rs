//! The own account: who is asking, the own password, and one-time codes.

use core_monitor_domain::access::{Action, Forbidden, Grant, Resource};
use core_monitor_domain::actor::{Actor, Principal};
use core_monitor_domain::ids::SessionId;
use core_monitor_domain::ports::{PasswordHashError, StoreError, UserError, VaultError};
use core_monitor_domain::session::TooManySignIns;
use core_monitor_domain::user::{
    OneTimeCode, Password, PasswordError, Totp, TotpSecret, TotpSecretError, User, UserChange,
};

use super::totp::seal_totp;
use super::{CurrentSession, Server, ServerPorts};

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The actor.
    pub actor: Actor,
    /// What was granted to them.
    pub grants: Vec<Grant>,
    /// The user; `None` for the holder of a token.
    pub user: Option<User>,
}

/// A secret for one-time codes, which is not stored yet. It implements no `Debug`.
pub struct TotpDraft {
    /// The secret, as apps take it when it is typed.
    pub secret: String,
    /// The same as a link that apps take.
    pub link: String,
}

/// Why nothing became of a request about the own account.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A token has no password and no codes.
    #[error("only a user who has signed in has a password and one-time codes")]
    NotAUser,
    /// There were too many attempts.
    #[error("there were too many attempts")]
    TooMany(TooManySignIns),
    /// The current password is another one.
    #[error("the password is wrong")]
    WrongPassword,
    /// The code is not one of this secret, or it was used.
    #[error("the code is wrong")]
    WrongCode,
    /// The secret is not one that was drafted.
    #[error(transparent)]
    Secret(#[from] TotpSecretError),
    /// The new password is not accepted.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The password cannot be checked or hashed now.
    #[error(transparent)]
    Hash(#[from] PasswordHashError),
    /// The secret cannot be sealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<UserError> for AccountError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Store(error) => Self::Store(error),
            UserError::Change(_) => Self::WrongCode,
            // The user was removed a moment ago.
            UserError::NotFound
            | UserError::NameTaken
            | UserError::TooMany { .. }
            | UserError::NotFirst
            | UserError::LastAdministrator => Self::NotAUser,
        }
    }
}

impl Server {
    /// Who is asking, and what was granted to them.
    pub async fn show_account(&self, actor: &Actor) -> Result<Account, AccountError> {
        let ports = self.permit(actor, Action::ShowAccount, &Resource::Installation).await?;
        let grants = self.granted_to(actor).await?;
        let user = match actor {
            Actor::Principal(Principal::User { id, .. }) => ports.users.find(*id).await?,
            _ => None,
        };
        Ok(Account { actor: actor.clone(), grants, user })
    }

    /// Gives the user of this session another password. All their other sessions end.
    pub async fn change_password(
        &self,
        actor: &Actor,
        session: Option<&CurrentSession>,
        current: &Password,
        new: String,
    ) -> Result<(), AccountError> {
        let ports = self.permit(actor, Action::ChangePassword, &Resource::Installation).await?;
        let (user, keep) = own(ports, actor, session).await?;
        self.prove(ports, &user, current).await?;
        let new = Password::chosen(new, &user.name)?;
        let password = ports.passwords.hash(&new, ports.ids.secret()).await?;
        let change = UserChange::Password { password, keep };
        ports.users.change(user.id, &change, actor, ports.clock.now()).await?;
        Ok(())
    }

    /// A secret for one-time codes. Nothing is stored until the user has shown a code of it.
    pub async fn draft_totp(
        &self,
        actor: &Actor,
        session: Option<&CurrentSession>,
    ) -> Result<TotpDraft, AccountError> {
        let ports = self.permit(actor, Action::DraftTotp, &Resource::Installation).await?;
        let (user, _) = own(ports, actor, session).await?;
        let secret = TotpSecret::new(&ports.ids.secret())?;
        Ok(TotpDraft { secret: ports.codes.text(&secret), link: ports.codes.link(&secret, &user.name) })
    }

    /// Asks the user for codes of this secret from now on.
    pub async fn set_up_totp(
        &self,
        actor: &Actor,
        session: Option<&CurrentSession>,
        secret: &str,
        code: &OneTimeCode,
        password: &Password,
    ) -> Result<(), AccountError> {
        let ports = self.permit(actor, Action::SetUpTotp, &Resource::Installation).await?;
        let (user, _) = own(ports, actor, session).await?;
        self.prove(ports, &user, password).await?;
        let secret = ports.codes.read(secret).ok_or(TotpSecretError)?;
        let now = ports.clock.now();
        let step = ports.codes.step_of(&secret, code, now).ok_or(AccountError::WrongCode)?;
        let totp = Totp { secret: seal_totp(ports, user.id, &secret)?, used: step };
        ports.users.change(user.id, &UserChange::SetUpTotp(totp), actor, now).await?;
        Ok(())
    }

    /// Asks the user for no more codes.
    pub async fn remove_totp(
        &self,
        actor: &Actor,
        session: Option<&CurrentSession>,
        password: &Password,
    ) -> Result<(), AccountError> {
        let ports = self.permit(actor, Action::RemoveTotp, &Resource::Installation).await?;
        let (user, _) = own(ports, actor, session).await?;
        self.prove(ports, &user, password).await?;
        ports.users.change(user.id, &UserChange::RemoveTotp, actor, ports.clock.now()).await?;
        Ok(())
    }

    /// Asks for the password once more: a browser that somebody left open is not enough to change it.
    async fn prove(&self, ports: &ServerPorts, user: &User, given: &Password) -> Result<(), AccountError> {
        self.user_attempts().admit(user.id, ports.clock.elapsed()).map_err(AccountError::TooMany)?;
        let is_right = ports.passwords.verify(given, user.password.clone()).await?;
        if is_right { Ok(()) } else { Err(AccountError::WrongPassword) }
    }
}

/// The user who is asking, and their session.
async fn own(
    ports: &ServerPorts,
    actor: &Actor,
    session: Option<&CurrentSession>,
) -> Result<(User, SessionId), AccountError> {
    let Actor::Principal(Principal::User { id, .. }) = actor else { return Err(AccountError::NotAUser) };
    let session = session.ok_or(AccountError::NotAUser)?.session.id;
    let user = ports.users.find(*id).await?.ok_or(AccountError::NotAUser)?;
    Ok((user, session))
}
