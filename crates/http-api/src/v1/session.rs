//! The session of a browser: its beginning and its end.

use actix_web::http::header;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use core_monitor_application::server::{ShownSession, SignedIn, Visitor};
use core_monitor_domain::ids::SessionId;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::middleware::ClientAddress;
use crate::session_cookie::{Found, SessionCookie};
use crate::v1::actor::ActorBody;

pub(crate) mod become_user;
pub(crate) mod password;
pub(crate) mod provider;
pub(crate) mod show;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
#[cfg(test)]
mod tests;

/// The session of the request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    /// Its name in lists. It is no secret.
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    session_id: SessionId,
    /// Whom it acts as.
    actor: ActorBody,
    /// When somebody signed in.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// When it is over however much it is used.
    #[schema(value_type = String, format = DateTime, example = "2026-02-25T10:00:00Z")]
    expires_at: Timestamp,
    /// When it is over if it is not used again.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T22:00:00Z")]
    idle_expires_at: Timestamp,
    /// What every request that is not GET or HEAD repeats in the header `X-CSRF-Token`. It stays the same as long as the session.
    #[schema(example = "5f1d0c9a7be2483f5f1d0c9a7be2483f5f1d0c9a7be2483f5f1d0c9a7be2483f")]
    csrf_token: String,
}

impl SessionBody {
    fn new(shown: &ShownSession, csrf_token: String) -> Self {
        Self {
            session_id: shown.session.id,
            actor: (&shown.session.actor).into(),
            created_at: shown.session.created_at,
            expires_at: shown.expires_at,
            idle_expires_at: shown.idle_expires_at,
            csrf_token,
        }
    }
}

/// Who stands at the door.
fn visitor(request: &HttpRequest) -> Visitor {
    let client = request.headers().get(header::USER_AGENT);
    let client = client.map(|name| String::from_utf8_lossy(name.as_bytes()).into_owned());
    let stated = request.extensions().get::<ClientAddress>().map(|address| address.0);
    let address = stated.or_else(|| request.peer_addr().map(|address| address.ip()));
    Visitor { client: client.unwrap_or_default(), address }
}

/// The secret of the session that the browser has had so far.
fn former<'r>(api: &Api, request: &'r HttpRequest) -> Option<&'r str> {
    match api.cookies.find(request.headers()) {
        (_, Found::One(secret)) => Some(secret),
        _ => None,
    }
}

/// The answer when a session has begun: the browser gets its cookie.
fn begun(api: &Api, request: &HttpRequest, begun: SignedIn) -> HttpResponse {
    let age = begun.shown.expires_at.since(begun.shown.session.created_at);
    let cookie = api.cookies.begin(SessionCookie::to_begin(request.headers()), &begun.secret, age);
    let session = SessionBody::new(&begun.shown, begun.csrf_token);
    HttpResponse::Created()
        .insert_header((header::LOCATION, "/api/v1/session"))
        .insert_header((header::SET_COOKIE, cookie))
        .json(session)
}
