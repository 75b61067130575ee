//! `DELETE /session`

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, web};

use crate::api::Api;
use crate::caller::{Caller, OfSession};
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, NoSession]);

/// Sign out: the session of the request ends, with its streams and terminals.
///
/// It is in the audit. The browser forgets the cookie.
#[utoipa::path(
    tag = "sessions",
    responses(
        (
            status = 204, description = "The session has ended.",
            headers(("Set-Cookie" = String, description = "Removes the cookie."))
        ),
        Answers,
    )
)]
#[delete("/session")]
pub(crate) async fn sign_out(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: HttpRequest,
    caller: Caller,
    OfSession(session): OfSession,
) -> Result<HttpResponse, Problem> {
    api.server.sign_out(&caller.0, session.as_ref()).await?;
    let (cookie, _) = api.cookies.find(request.headers());
    Ok(HttpResponse::NoContent().insert_header((header::SET_COOKIE, api.cookies.end(cookie))).finish())
}
