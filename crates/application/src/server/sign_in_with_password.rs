//! Signing in with a name, a password and, for who has set that up, a one-time code.

use core_monitor_domain::access::Action;
use core_monitor_domain::audit::StrangerRefusal;
use core_monitor_domain::ports::{StoreError, UserError};
use core_monitor_domain::user::{OneTimeCode, Password, TotpStep, User, UserChange, UserName};

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

/// Somebody who is not the user that they say they are.
struct Refused {
    /// What they are told.
    answer: SignInError,
    /// What the audit is told.
    why: StrangerRefusal,
    /// The user, if there is one.
    user: Option<UserName>,
}

impl Refused {
    /// The name or the password is wrong. Only the audit is told which.
    fn password(user: Option<User>) -> Self {
        let why = match &user {
            None => StrangerRefusal::Name,
            Some(user) if user.password.is_none() => StrangerRefusal::NoPassword,
            Some(_) => StrangerRefusal::Password,
        };
        Self { answer: SignInError::Password, why, user: user.map(|user| user.name) }
    }
}

impl Server {
    /// Begins a session for a user. How often this may be tried is limited like [`sign_in`](Self::sign_in), and for each user besides;
    /// refused attempts are in the audit. A wrong name takes as long as a wrong password, and is told apart from it by nobody.
    pub async fn sign_in_with_password(
        &self,
        given: PasswordSignIn,
        former: Option<&str>,
        visitor: Visitor,
    ) -> Result<SignedIn, SignInError> {
        let user = match self.identify(&given, &visitor).await? {
            Ok(user) => user,
            Err(Refused { answer, why, user }) => {
                self.note_refusal(Action::SignIn, why, user.as_ref(), &visitor).await?;
                return Err(answer);
            }
        };
        if let Some(former) = former {
            self.end_former(former).await?;
        }
        self.open_session(&user.actor(), visitor).await
    }

    /// The user with this name, password and code.
    async fn identify(
        &self,
        given: &PasswordSignIn,
        visitor: &Visitor,
    ) -> Result<Result<User, Refused>, SignInError> {
        let ports = self.before_identity(BeforeIdentity::Authentication);
        self.admit_stranger(Action::SignIn, visitor).await.map_err(SignInError::TooMany)?;
        let user = known(ports, &given.name).await?;
        let hash = user.as_ref().and_then(|user| user.password.clone());
        let is_right = ports.passwords.verify(&given.password, hash).await?;
        let user = match user {
            Some(user) if is_right => user,
            other => return Ok(Err(Refused::password(other))),
        };
        let admitted = self.user_attempts().admit(user.id, ports.clock.elapsed());
        if let Err(refused) = admitted {
            let why = StrangerRefusal::TooManyOfUser;
            self.note_too_many(Action::SignIn, why, Some(&user.name), visitor).await;
            return Err(SignInError::TooMany(refused));
        }
        self.sign_ins().give_back(visitor.address);
        let code = match step_of(ports, &user, given.code.as_ref()) {
            Err(answer @ SignInError::Code) => {
                return Ok(Err(Refused { answer, why: StrangerRefusal::Code, user: Some(user.name) }));
            }
            other => other?,
        };
        let change = UserChange::SignIn { code };
        match ports.users.change(user.id, &change, &user.actor(), ports.clock.now()).await {
            Ok(user) => Ok(Ok(user)),
            Err(UserError::Store(error)) => Err(error.into()),
            Err(error) => {
                let is_code = matches!(error, UserError::Change(_));
                let why = if is_code { StrangerRefusal::CodeUsed } else { StrangerRefusal::Name };
                Ok(Err(Refused { answer: error.into(), why, user: Some(user.name) }))
            }
        }
    }
}

async fn known(ports: &ServerPorts, name: &str) -> Result<Option<User>, StoreError> {
    match name.parse() {
        Ok(name) => ports.users.named(&name).await,
        Err(_) => Ok(None),
    }
}

/// The step of the code, if the user has codes.
fn step_of(
    ports: &ServerPorts,
    user: &User,
    code: Option<&OneTimeCode>,
) -> Result<Option<TotpStep>, SignInError> {
    let Some(totp) = &user.totp else { return Ok(None) };
    let code = code.ok_or(SignInError::CodeNeeded)?;
    let secret = open_totp(ports, user.id, totp)?;
    ports.codes.step_of(&secret, code, ports.clock.now()).map(Some).ok_or(SignInError::Code)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use core_monitor_domain::ids::{InstanceId, UserId};
    use core_monitor_domain::ports::{Clock as _, MockAuditLog, MockPasswordHasher, MockUserStore};
    use core_monitor_domain::user::{PasswordHash, UserGrants};
    use core_monitor_simulation::clock::ManualClock;
    use uuid::Uuid;

    use super::*;
    use crate::server::untouchable_ports;

    fn user(password: Option<&str>) -> User {
        User {
            id: UserId(Uuid::nil()),
            name: "ann".parse().unwrap(),
            grants: UserGrants::administrator(),
            password: password.map(PasswordHash::new),
            totp: None,
            invitation: None,
            provided: None,
            created_at: ManualClock::new().now(),
            signed_in_at: None,
        }
    }

    /// The hash that one password is compared with, when somebody signs in as `name` and `user` is found.
    async fn compared_with(name: &str, user: Option<User>) -> Option<PasswordHash> {
        let compared = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut users = MockUserStore::new();
        users.expect_named().returning(move |_| Ok(user.clone()));
        let mut passwords = MockPasswordHasher::new();
        let notes = Arc::clone(&compared);
        passwords.expect_verify().returning(move |_, stored| {
            notes.lock().unwrap().push(stored);
            Ok(false)
        });
        let mut audit = MockAuditLog::new();
        audit.expect_record().once().returning(|_| Ok(()));
        let mut ports = untouchable_ports(InstanceId(Uuid::nil()));
        (ports.users, ports.passwords) = (Arc::new(users), Arc::new(passwords));
        (ports.audit, ports.clock) = (Arc::new(audit), Arc::new(ManualClock::new()));
        let password = Password::given("wrong".to_owned()).unwrap();
        let given = PasswordSignIn { name: name.to_owned(), password, code: None };
        let refused = Server::new(ports).sign_in_with_password(given, None, Visitor::default()).await;
        assert!(matches!(refused, Err(SignInError::Password)), "{name}");
        let mut compared = compared.lock().unwrap();
        assert_eq!(compared.len(), 1, "{name}: the same work for everybody");
        compared.pop().unwrap()
    }

    #[tokio::test]
    async fn a_name_that_nobody_has_takes_the_work_of_a_wrong_password() {
        let hash = Some(PasswordHash::new("hash"));
        assert_eq!(compared_with("ann", Some(user(Some("hash")))).await, hash);
        assert_eq!(compared_with("ann", Some(user(None))).await, None, "who has not accepted yet");
        assert_eq!(compared_with("eve", None).await, None);
        assert_eq!(compared_with("no name at all", None).await, None);
    }
}
