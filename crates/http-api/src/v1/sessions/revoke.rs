//! `DELETE /sessions/{id}`

use actix_web::{HttpResponse, delete, web};
use core_monitor_domain::ids::SessionId;
use uuid::Uuid;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, NotFound, SessionNotFound]);

/// End the session of a browser.
///
/// Its streams and terminals end within seconds. It is in the audit.
#[utoipa::path(
    tag = "sessions",
    params(("id" = Uuid, Path, description = "The session.")),
    responses((status = 204, description = "The session has ended."), Answers)
)]
#[delete("/sessions/{id}")]
pub(crate) async fn revoke_session(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    api.server.revoke_session(&caller.0, SessionId(*id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
