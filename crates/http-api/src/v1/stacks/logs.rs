//! `GET /stacks/{id}/logs`

use actix_web::{HttpRequest, HttpResponse, get, web};
use core_monitor_application::server::LogScope;
use core_monitor_domain::ids::StackId;
use uuid::Uuid;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::v1::logs::{self, LastLogEventId, LogFrameBody, LogsQuery, StackLogsQuery};

answers!(
    Answers,
    Read,
    [
        InvalidRequest,
        NotFound,
        StackNotFound,
        LogsUnreadable,
        SecretsUnreadable,
        ServiceUnknown,
        TooManyContainers,
        TooManyStreams,
        WorkerAway,
        EngineUnavailable,
    ]
);

/// Read the logs of a stack.
///
/// The existing lines of all containers, or of the chosen services, merged by time; then, with `follow`, new lines as they
/// come, also from containers that come later. The format is chosen with `Accept`: plain text unless it
/// says otherwise, server-sent events, or the same frames as lines of JSON (`application/x-ndjson`). `docs/reference/logs.md` has the details.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack."), StackLogsQuery, LogsQuery, LastLogEventId),
    responses(
        (status = 200, description = "The frames.", body = LogFrameBody, content_type = "text/event-stream"),
        Answers,
    )
)]
#[get("/stacks/{id}/logs")]
pub(crate) async fn show_stack_logs(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (services, query) = LogsQuery::with_services(request.query_string())?;
    logs::answer(api, &caller.0, &request, LogScope::Stack(StackId(*id)), services, query).await
}
