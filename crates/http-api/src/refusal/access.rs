//! Why somebody is refused, and why a request about tokens is.

use actix_web::http::header;
use core_monitor_application::server::TokenUseError;
use core_monitor_domain::access::{Forbidden, Refusal};
use core_monitor_domain::ports::TokenError;

use super::RETRY_DATABASE;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::tokens::token_not_found;

impl From<Forbidden> for Problem {
    fn from(error: Forbidden) -> Self {
        let why = match error.why {
            Refusal::Internal => said::only_core_monitor(),
            Refusal::Unasked => said::only_on_behalf(),
            Refusal::Mismatch => said::not_for_this_resource(),
            Refusal::Policy => said::not_by_policy(),
            Refusal::Scope => said::nothing_granted_here(),
            Refusal::Role(role) => said::takes_role(role),
            Refusal::Permission(permission) => said::takes_permission(permission),
            Refusal::Unknown => return grants_unreadable(),
        };
        Self::new(ErrorCode::Forbidden, said::not_allowed(error.actor.label(), error.action, why))
    }
}

/// The error when it cannot be found out what was granted: the database does not answer.
fn grants_unreadable() -> Problem {
    Problem::new(ErrorCode::DatabaseUnavailable, said::grants_unreadable())
        .with_header(header::RETRY_AFTER, RETRY_DATABASE)
}

impl From<TokenUseError> for Problem {
    fn from(error: TokenUseError) -> Self {
        match error {
            TokenUseError::Forbidden(error) => error.into(),
            TokenUseError::Expired => Self::new(ErrorCode::InvalidRequest, said::token_expired_already()),
            TokenUseError::Token(error) => error.into(),
            TokenUseError::Store(error) => error.into(),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NameTaken => Self::new(ErrorCode::TokenExists, said::token_exists()),
            TokenError::TooMany { most } => Self::new(ErrorCode::InvalidRequest, said::too_many_tokens(most)),
            TokenError::NotFound => token_not_found(),
            TokenError::Store(error) => error.into(),
        }
    }
}
