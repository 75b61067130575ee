//! `GET /sessions`

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::SessionItemBody;
use crate::api::Api;
use crate::caller::{Caller, OfSession};
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// The sessions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionList)]
pub(crate) struct SessionListBody {
    /// The newest first.
    items: Vec<SessionItemBody>,
}

answers!(Answers, Read, [InvalidRequest]);

/// List the sessions of browsers.
///
/// Those of whoever asks, and for administrators those of everybody. Those that are over are not listed.
#[utoipa::path(
    tag = "sessions",
    responses((status = 200, description = "The sessions.", body = SessionListBody), Answers)
)]
#[get("/sessions")]
pub(crate) async fn list_sessions(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
    OfSession(session): OfSession,
) -> Result<HttpResponse, Problem> {
    let current = session.map(|current| current.session.id);
    let sessions = api.server.list_sessions(&caller.0).await?.into_iter();
    let items = sessions.map(|shown| SessionItemBody::new(shown, current)).collect();
    Ok(HttpResponse::Ok().json(SessionListBody { items }))
}
