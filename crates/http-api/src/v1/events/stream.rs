//! `GET /events/stream`

use actix_web::{HttpRequest, HttpResponse, get, web};
use core_monitor_application::server::Followed;
use core_monitor_domain::ids::StackId;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;
use crate::sse;
use crate::v1::events::{AllStreamQuery, FrameBody, LastEventId};

answers!(Answers, Read, [InvalidRequest, TooManyStreams]);

/// Follow the events of all commands.
///
/// Server-sent events without end, each with a frame as JSON, starting after `Last-Event-ID` or `after`, else with the next
/// event. The frames have no `event:` field; their `kind` says what they are. Whoever may see some stacks gets the events of their commands.
#[utoipa::path(
    tag = "commands",
    params(AllStreamQuery, LastEventId),
    responses(
        (status = 200, description = "The frames.", body = FrameBody, content_type = "text/event-stream"),
        Answers,
    )
)]
#[get("/events/stream")]
pub(crate) async fn stream_events(
    api: web::Data<Api>,
    query: Query<AllStreamQuery>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let after = sse::resume_from(&request, query.after)?;
    let of = query.stack_id.map_or(Followed::All, |id| Followed::Stack(StackId(id)));
    sse::answer(api, &caller.0, of, after).await
}
