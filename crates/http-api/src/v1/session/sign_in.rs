//! `POST /session`

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SessionBody, begun, former, visitor};
use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery, Texts};

/// What a session is begun with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignInRequest)]
#[expect(dead_code, reason = "only described: it is read by hand, so that no error repeats the token")]
pub(crate) struct SignInBody {
    /// A token, such as the one in the file `admin-token`.
    #[schema(format = Password, min_length = 1, example = "cm_u6eDqYtE0fYJ1s2rGm9XcVbNhKpLwQzA3Zs5Td7Fg8H")]
    token: String,
}

answers!(
    Answers,
    Ticket,
    [
        InvalidRequest,
        Unauthorized,
        Forbidden,
        CrossSite,
        RequestTimeout,
        BodyTooLarge,
        UnsupportedMediaType,
        TooManySignIns,
        Internal,
        ServerBusy,
        DatabaseUnavailable,
        DatabaseCorrupt
    ]
);

/// Sign in with a token: a browser gets a session in its place.
///
/// The session acts as the token, and ends with it; it also ends when it is not used for `session_idle`, and after `session_age`.
/// Its secret is in a cookie that scripts cannot read: `__Host-core-monitor-session-…` over TLS (as `X-Forwarded-Proto` or `Origin`
/// says), else `core-monitor-session-…`. Every later request that is not GET or HEAD repeats `csrf_token` in the header `X-CSRF-Token`.
/// A session that the request carries ends. Sign-ins are in the audit. Attempts with a wrong token are limited; all take the same time. A token may have 32 sessions; one more
/// ends the one that was not used for longest.
#[utoipa::path(
    tag = "sessions",
    request_body(content = SignInBody, content_type = "application/json"),
    responses(
        (
            status = 201, description = "The session has begun.", body = SessionBody,
            headers(("Set-Cookie" = String, description = "The cookie of the session."))
        ),
        Answers,
    )
)]
#[post("/session")]
pub(crate) async fn sign_in(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let token = Texts::read(&body, &["token"], &[])?.take("token");
    let signed_in = api.server.sign_in(token.trim(), former(&api, &request), visitor(&request)).await?;
    Ok(begun(&api, &request, signed_in))
}
