//! Signing in with a name, a password and, for who has set that up, a one-time code.

use core_monitor_domain::access::Action;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ports::{StoreError, UserError};
use core_monitor_domain::user::{OneTimeCode, Password, TotpStep, User, UserChange, UserChangeError};

use super::gate::BeforeIdentity;
use super::totp::open_totp;
use super::{Server, ServerPorts, SignInError, SignedIn, Visitor};

/// What somebody signs in with. It implements no `Debug`.
pub struct PasswordSignIn {
    /// What was typed as the name of the user.
    pub name: String,
    /// The password.
    pub password: Password,
    /// The code, if one was typed.
    pub code: Option<OneTimeCode>,
}

impl Server {
    /// Begins a session for a user. How often this may be tried is limited like [`sign_in`](Self::sign_in), and refused attempts are in
    /// the audit. A wrong name takes as long as a wrong password, and is told apart from it by nobody.
    pub async fn sign_in_with_password(
        &self,
        given: PasswordSignIn,
        former: Option<&str>,
        visitor: Visitor,
    ) -> Result<SignedIn, SignInError> {
        let ports = self.before_identity(BeforeIdentity::Authentication);
        let address = visitor.address;
        self.sign_ins().admit(address, ports.clock.elapsed()).map_err(SignInError::TooMany)?;
        let user = known(ports, &given.name).await?;
        let hash = user.as_ref().and_then(|user| user.password.clone());
        let is_right = ports.passwords.verify(&given.password, hash).await?;
        let Some(user) = user.filter(|_| is_right) else {
            refused(ports, &given.name, &visitor).await?;
            return Err(SignInError::Password);
        };
        self.sign_ins().give_back(address);
        let code = match self.step_of(ports, &user, given.code.as_ref()) {
            Err(SignInError::Code) => {
                refused(ports, &given.name, &visitor).await?;
                return Err(SignInError::Code);
            }
            other => other?,
        };
        let change = UserChange::SignIn { code };
        match ports.users.change(user.id, &change, &user.actor(), ports.clock.now()).await {
            Ok(_) => {}
            // The user was removed a moment ago.
            Err(UserError::NotFound) => return Err(SignInError::Password),
            Err(UserError::Change(UserChangeError::CodeUsed)) => return Err(SignInError::Code),
            Err(UserError::Store(error)) => return Err(error.into()),
            Err(other) => return Err(StoreError::Corrupt { what: other.to_string(), source: None }.into()),
        }
        if let Some(former) = former {
            self.end_former(former).await?;
        }
        self.open_session(&user.actor(), visitor).await
    }

    /// The step of the code, if the user has codes.
    fn step_of(
        &self,
        ports: &ServerPorts,
        user: &User,
        code: Option<&OneTimeCode>,
    ) -> Result<Option<TotpStep>, SignInError> {
        let Some(totp) = &user.totp else { return Ok(None) };
        let code = code.ok_or(SignInError::CodeNeeded)?;
        // Whoever comes this far knows the password, so only they can use these attempts up.
        self.code_attempts().admit(user.id, ports.clock.elapsed()).map_err(SignInError::TooMany)?;
        let secret = open_totp(ports, user.id, totp)?;
        let step = ports.codes.step_of(&secret, code, ports.clock.now()).ok_or(SignInError::Code)?;
        self.code_attempts().give_back(user.id);
        Ok(Some(step))
    }
}

async fn known(ports: &ServerPorts, name: &str) -> Result<Option<User>, StoreError> {
    match name.parse() {
        Ok(name) => ports.users.named(&name).await,
        Err(_) => Ok(None),
    }
}

/// Records that somebody was refused. The limits of attempts also limit how much that is.
async fn refused(ports: &ServerPorts, name: &str, visitor: &Visitor) -> Result<(), StoreError> {
    let entry = AuditEntry::sign_in_refused(name, visitor.address, ports.clock.now());
    let address = visitor.address.map(|address| address.to_string());
    tracing::warn!(action = %Action::SignIn, address, "somebody tried to sign in and was refused");
    ports.audit.record(&entry).await
}
