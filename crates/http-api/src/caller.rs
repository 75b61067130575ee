//! Who sent the request, as the authentication found out.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// The name of the caller's token.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) String);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Absent only on routes that need no token; a handler that asks for a caller there gets a refusal, not a default.
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| Problem::new(ErrorCode::Unauthorized, "the request has no token")))
    }
}
