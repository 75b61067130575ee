//! `GET /containers/{id}/logs`

use actix_web::{HttpRequest, HttpResponse, get, web};
use core_monitor_application::server::LogScope;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;
use crate::v1::logs::{self, LastLogEventId, LogFrameBody, LogsQuery};

answers!(
    Answers,
    Read,
    [
        InvalidRequest,
        ContainerNotFound,
        LogsUnreadable,
        SecretsUnreadable,
        TooManyStreams,
        WorkerAway,
        EngineUnavailable,
    ]
);

/// Read the logs of a container.
///
/// The existing lines; then, with `follow`, new lines as they come, also those of a container that takes its place. The
/// format is chosen with `Accept`: plain text unless it says otherwise, server-sent events, or the same frames as lines of JSON
/// (`application/x-ndjson`). `docs/reference/logs.md` has the details.
#[utoipa::path(
    tag = "containers",
    params(
        ("id" = String, Path, description = "The container of a stack: its id, the beginning of its id, or its name."),
        LogsQuery,
        LastLogEventId,
    ),
    responses(
        (status = 200, description = "The frames.", body = LogFrameBody, content_type = "text/event-stream"),
        Answers,
    )
)]
#[get("/containers/{id}/logs")]
pub(crate) async fn show_container_logs(
    api: web::Data<Api>,
    id: web::Path<String>,
    query: Query<LogsQuery>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let scope = LogScope::Container(id.into_inner());
    logs::answer(api, &caller.0, &request, scope, [].into(), query.into_inner()).await
}
