//! `GET /commands/{id}/events`, and its stream.

use actix_web::{HttpRequest, HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, Followed};
use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::EventFilter;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, limit};
use crate::sse;
use crate::v1::events::{EventListBody, EventsQuery, FrameBody, LastEventId, StreamQuery, after};

answers!(Answers, Read, [ServerBusy, InvalidRequest, NotFound, CommandNotFound]);

/// List the events of a command.
///
/// Returns the events after `after`, oldest first. `GET /commands/{id}/events/stream` follows them.
#[utoipa::path(
    tag = "commands",
    params(EventsQuery, ("id" = Uuid, Path, description = "The command.")),
    responses((status = 200, description = "The events.", body = EventListBody), Answers)
)]
#[get("/commands/{id}/events")]
pub(crate) async fn list_command_events(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<EventsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let command = CommandId(*id);
    let (after, limit) = (after(query.after)?, limit(query.limit)?);
    let filter = EventFilter { command_id: Some(command), after, limit, ..EventFilter::default() };
    answer(&api, BlockingWork::Read, async move |api| {
        let events = api.server.list_events(&caller.0, &filter).await?;
        Ok(Answer::ok(EventListBody::new(events, after)))
    })
    .await
}

answers!(StreamAnswers, Read, [InvalidRequest, NotFound, CommandNotFound, TooManyStreams]);

/// Follow the events of a command.
///
/// Server-sent events, each with a frame as JSON, from the first event on, or after `Last-Event-ID` or `after`. When the
/// command is `DONE`, `FAILED` or `CANCELLED`, the last frame is `SETTLED` with the command. The frames have no `event:`
/// field; their `kind` says what they are.
#[utoipa::path(
    tag = "commands",
    params(StreamQuery, ("id" = Uuid, Path, description = "The command."), LastEventId),
    responses(
        (status = 200, description = "The frames.", body = FrameBody, content_type = "text/event-stream"),
        StreamAnswers,
    )
)]
#[get("/commands/{id}/events/stream")]
pub(crate) async fn stream_command_events(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<StreamQuery>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let after = sse::resume_from(&request, query.after)?;
    sse::answer(api, &caller.0, Followed::Command(CommandId(*id)), after).await
}

#[cfg(test)]
mod tests;
