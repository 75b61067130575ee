//! `GET /engine/events/stream`

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use core_monitor_application::server::{EngineEventsError, EngineFollower, PlacedEvent};

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;
use crate::streaming::{self, Form, Interruption, Next, Source};
use crate::v1::engine::{EngineEventBody, EngineEventsQuery, EngineFrame, LastEngineEvent};

answers!(Answers, Read, [InvalidRequest, ServiceUnknown, TooManyStreams, WorkerAway, EngineUnavailable]);

/// Follow the events of the engine.
///
/// Server-sent events, or with `Accept: application/x-ndjson` one JSON document per line, each a frame. Starts with the events
/// that the engine remembers if `since`, `after` or `Last-Event-ID` says from when, else with the next one. If the engine or the
/// worker goes away, the last frame says so: connect again with the id of the last event, and none is missing as long as the engine
/// remembers it.
#[utoipa::path(
    tag = "host",
    params(EngineEventsQuery, LastEngineEvent),
    responses(
        (status = 200, description = "The frames.", body = EngineFrame, content_type = "text/event-stream"),
        Answers,
    )
)]
#[get("/engine/events/stream")]
pub(crate) async fn stream_engine_events(
    api: Data<Api>,
    query: Query<EngineEventsQuery>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let resumed = request.headers().get("last-event-id").map(|id| id.to_str().unwrap_or("?"));
    let query = query.into_inner().read(resumed, api.clock.now())?;
    let open = streaming::open(&api, &caller.0)?;
    let follower = api.server.stream_engine_events(&caller.0, query).await?;
    let form = Form::of(request.headers());
    Ok(streaming::answer(streaming::head(form.content_type()), api, open, EngineEvents { follower, form }))
}

struct EngineEvents {
    follower: EngineFollower,
    form: Form,
}

impl EngineEvents {
    fn event(&self, placed: PlacedEvent) -> Next {
        let id = placed.position.to_string();
        let frame = EngineFrame::Event { event: Box::new(EngineEventBody::from(placed)) };
        Next::Part(self.form.frame(Some(id), &frame).into())
    }

    fn end(&self) -> Bytes {
        let last = self.follower.position().to_string();
        self.form.frame(None, &EngineFrame::End { last }).into()
    }

    /// The headers are already sent, so the status cannot report the error.
    fn problem(&self, error: EngineEventsError) -> Bytes {
        let problem = serde_json::to_value(Problem::from(error).body()).unwrap_or_default();
        self.form.frame(None, &EngineFrame::Problem { problem }).into()
    }
}

impl Source for EngineEvents {
    async fn next(&mut self) -> Next {
        match self.follower.next().await {
            Ok(Some(placed)) => self.event(placed),
            Ok(None) => Next::Last(self.end()),
            Err(error) => Next::Last(self.problem(error)),
        }
    }

    fn heartbeat(&mut self) -> Bytes {
        self.form.heartbeat()
    }

    fn interrupted(&mut self, why: Interruption) -> Bytes {
        match (why, self.form) {
            (Interruption::Old, Form::Events) => Form::go_on_behind(self.follower.position()),
            (Interruption::Old, Form::Lines) => self.end(),
            // A client goes on behind the last event that it has.
            (Interruption::Stopping, _) => Bytes::new(),
        }
    }
}
