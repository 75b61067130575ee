//! Why a request about tokens is refused.

use core_monitor_application::server::TokenUseError;
use core_monitor_domain::ports::TokenError;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::tokens::token_not_found;

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
