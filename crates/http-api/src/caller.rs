//! The caller, as identified by the authentication.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use core_monitor_application::server::CurrentSession;
use core_monitor_domain::actor::Actor;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

/// Who sent the request.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) Actor);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Absent only on routes that need no token; a handler that needs a caller there gets an error, not a default.
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| Problem::new(ErrorCode::Unauthorized, said::request_without_token())))
    }
}

/// The session that the request belongs to; none if a token identified the caller.
pub(crate) struct OfSession(pub(crate) Option<CurrentSession>);

impl FromRequest for OfSession {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.extensions().get::<CurrentSession>().cloned())))
    }
}
