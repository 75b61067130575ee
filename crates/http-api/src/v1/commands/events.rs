//! `GET /commands/{id}/events`

use actix_web::{HttpRequest, HttpResponse, get, web};
use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::EventFilter;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::refusal::command_not_found;
use crate::request::{Query, limit};
use crate::sse;
use crate::v1::events::{EventListBody, EventsQuery, LastEventId};

answers!(Answers, Read, [NotFound, CommandNotFound]);

/// What happened to a command, so far or as it happens.
///
/// As JSON: the events behind `after`, oldest first. With `Accept: text/event-stream`: a stream of them that ends with the
/// event `SETTLED`, whose data is the command, when the command is `DONE`, `FAILED` or `CANCELLED`. The stream resumes
/// behind `Last-Event-ID`.
#[utoipa::path(
    tag = "commands",
    params(EventsQuery, ("id" = Uuid, Path, description = "The command."), LastEventId),
    responses(
        (status = 200, description = "The events.", content(
            (EventListBody = "application/json"),
            (String = "text/event-stream", example = "id: 17\nevent: CLAIMED\ndata: {\"id\":17,\"kind\":\"CLAIMED\"}\n\n"),
        )),
        Answers,
    )
)]
#[get("/commands/{id}/events")]
pub(crate) async fn list_command_events(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<EventsQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let command = CommandId(*id);
    let after = sse::resume_from(&request, query.after)?.unwrap_or(0);
    let limit = limit(query.limit)?;
    api.server.queue.find(command).await?.ok_or_else(command_not_found)?;
    if sse::wants_stream(&request) {
        return Ok(sse::answer(api, Some(command), after));
    }
    let filter = EventFilter { command_id: Some(command), after, limit };
    let events = api.server.queue.events(&filter).await?;
    Ok(HttpResponse::Ok().json(EventListBody::new(events, after)))
}

#[cfg(test)]
mod tests;
