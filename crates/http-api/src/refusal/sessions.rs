//! Why a request about sessions is refused.

use actix_web::http::header;
use core_monitor_application::server::{ProviderSignInError, SessionError, SignInError};
use core_monitor_domain::ports::IdentityError;

use super::users::too_many_sign_ins;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Forbidden(error) => error.into(),
            SessionError::NoSession => {
                Self::new(ErrorCode::NoSession, said::no_session()).with_hint(said::session_by_cookie_only())
            }
            SessionError::NotFound => {
                Self::new(ErrorCode::SessionNotFound, said::no_such_session()).with_hint(said::see_sessions())
            }
            SessionError::Store(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Forbidden(error) => error.into(),
            SignInError::Token => Self::new(ErrorCode::Unauthorized, said::token_invalid())
                .with_hint(said::find_the_token())
                .with_header(header::WWW_AUTHENTICATE, "Bearer"),
            SignInError::Password => Self::new(ErrorCode::SignInRefused, said::name_or_password_wrong()),
            SignInError::CodeNeeded => Self::new(ErrorCode::CodeNeeded, said::code_needed()),
            SignInError::Code => Self::new(ErrorCode::WrongCode, said::code_wrong()),
            SignInError::Hash(error) => error.into(),
            SignInError::TooMany(refused) => too_many_sign_ins(refused),
            SignInError::Store(error) => error.into(),
        }
    }
}

impl From<ProviderSignInError> for Problem {
    fn from(error: ProviderSignInError) -> Self {
        let refused = |why| Self::new(ErrorCode::ProviderSignInRefused, why);
        match error {
            ProviderSignInError::NoProvider => Self::new(ErrorCode::NoProvider, said::no_provider()),
            ProviderSignInError::TooMany(refused) => too_many_sign_ins(refused),
            ProviderSignInError::NotUnderWay => refused(said::sign_in_not_under_way()),
            ProviderSignInError::NoGroup => refused(said::no_group_with_a_role()),
            ProviderSignInError::NameTaken => Self::new(ErrorCode::UserExists, said::name_of_another_user()),
            ProviderSignInError::NoRoom { most } => refused(said::too_many_users(most)),
            ProviderSignInError::Provider(error) => match error {
                IdentityError::Unreachable => {
                    Self::new(ErrorCode::ProviderUnavailable, said::provider_unreachable())
                        .with_header(header::RETRY_AFTER, "5")
                }
                IdentityError::Invalid => {
                    Self::new(ErrorCode::ProviderUnavailable, said::provider_unusable())
                }
                IdentityError::Refused => refused(said::provider_refused_code()),
                IdentityError::Busy => Self::new(ErrorCode::ServerBusy, said::provider_is_busy())
                    .with_header(header::RETRY_AFTER, "1"),
            },
            ProviderSignInError::SignIn(error) => error.into(),
            ProviderSignInError::Forbidden(error) => error.into(),
            ProviderSignInError::Store(error) => error.into(),
        }
    }
}
