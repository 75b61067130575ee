//! `GET /session`

use actix_web::{HttpResponse, get, web};

use super::SessionBody;
use crate::api::Api;
use crate::caller::{Caller, OfSession};
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [InvalidRequest, NoSession]);

/// Show the session of the request.
///
/// This is how a page finds out whether somebody is signed in, and gets the CSRF token again.
#[utoipa::path(
    tag = "sessions",
    responses((status = 200, description = "The session.", body = SessionBody), Answers)
)]
#[get("/session")]
pub(crate) async fn show_session(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
    OfSession(session): OfSession,
) -> Result<HttpResponse, Problem> {
    let shown = api.server.show_session(&caller.0, session.as_ref()).await?;
    let csrf_token = session.map(|current| current.csrf_token).unwrap_or_default();
    Ok(HttpResponse::Ok().json(SessionBody::new(&shown, csrf_token)))
}
