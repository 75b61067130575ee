//! Why a request about users, and about the own account, is refused.

use actix_web::http::header;
use core_monitor_application::server::{AccountError, BecomeUserError, UserUseError};
use core_monitor_domain::ports::{PasswordHashError, UserError};
use core_monitor_domain::session::TooManySignIns;
use core_monitor_domain::user::{PasswordError, UserChangeError};

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::users::user_not_found;

/// The error when somebody has tried too often.
pub(super) fn too_many_sign_ins(refused: TooManySignIns) -> Problem {
    // Rounded up: whoever comes back too early is refused again.
    let seconds = refused.wait.as_secs() + u64::from(refused.wait.subsec_nanos() > 0);
    Problem::new(ErrorCode::TooManySignIns, said::too_many_sign_ins(seconds))
        .with_header(header::RETRY_AFTER, seconds.to_string())
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        let why = match error {
            PasswordError::TooShort { least } => said::password_too_short(least),
            PasswordError::TooLong { most } => said::password_too_long(most),
            PasswordError::Guessable => said::password_guessable(),
        };
        Self::new(ErrorCode::WeakPassword, why).with_hint(said::choose_a_sentence())
    }
}

impl From<PasswordHashError> for Problem {
    fn from(error: PasswordHashError) -> Self {
        match error {
            PasswordHashError::Busy => Self::new(ErrorCode::ServerBusy, said::passwords_are_busy())
                .with_header(header::RETRY_AFTER, "1"),
            PasswordHashError::Failed => Self::new(ErrorCode::Internal, said::password_not_checked()),
        }
    }
}

impl From<UserError> for Problem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NameTaken => Self::new(ErrorCode::UserExists, said::user_exists()),
            UserError::TooMany { most } => Self::new(ErrorCode::InvalidRequest, said::too_many_users(most)),
            UserError::NotFound => user_not_found(),
            UserError::LastAdministrator => {
                Self::new(ErrorCode::LastAdministrator, said::last_administrator())
            }
            UserError::Change(UserChangeError::Provided) => {
                Self::new(ErrorCode::InvalidRequest, said::user_of_a_provider())
            }
            // They are handled where they can happen.
            UserError::NotFirst | UserError::Change(_) => {
                Self::new(ErrorCode::InvitationInvalid, said::invitation_invalid())
            }
            UserError::Store(error) => error.into(),
        }
    }
}

impl From<UserUseError> for Problem {
    fn from(error: UserUseError) -> Self {
        match error {
            UserUseError::Forbidden(error) => error.into(),
            UserUseError::User(error) => error.into(),
            UserUseError::Store(error) => error.into(),
        }
    }
}

impl From<BecomeUserError> for Problem {
    fn from(error: BecomeUserError) -> Self {
        match error {
            BecomeUserError::TooMany(refused) => too_many_sign_ins(refused),
            BecomeUserError::Secret => Self::new(ErrorCode::InvitationInvalid, said::invitation_invalid())
                .with_hint(said::ask_for_another_invitation()),
            BecomeUserError::Password(error) => error.into(),
            BecomeUserError::Hash(error) => error.into(),
            BecomeUserError::SignIn(error) => error.into(),
            BecomeUserError::Forbidden(error) => error.into(),
            BecomeUserError::Store(error) => error.into(),
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Forbidden(error) => error.into(),
            AccountError::NotAUser => Self::new(ErrorCode::NotAUser, said::not_a_user()),
            AccountError::TooMany(refused) => too_many_sign_ins(refused),
            AccountError::WrongPassword => Self::new(ErrorCode::WrongPassword, said::password_wrong()),
            AccountError::WrongCode => Self::new(ErrorCode::WrongCode, said::code_wrong()),
            AccountError::Secret(_) => Self::new(ErrorCode::InvalidRequest, said::totp_secret_unknown()),
            AccountError::Password(error) => error.into(),
            AccountError::Hash(error) => error.into(),
            AccountError::Vault(error) => {
                tracing::error!(%error, "the secret of one-time codes cannot be sealed");
                Self::new(ErrorCode::Internal, said::server_failed())
            }
            AccountError::Store(error) => error.into(),
        }
    }
}
