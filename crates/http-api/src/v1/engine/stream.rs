//! `GET /engine/events/stream`

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest, HttpResponse, get, web};
use core_monitor_application::server::{EngineEventsError, EngineFollower, PlacedEvent};
use futures::stream;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;
use crate::sse::{HEARTBEAT, OpenStream};
use crate::v1::engine::{EngineEventBody, EngineEventsQuery, EngineFrame, LastEngineEvent};

answers!(Answers, Read, [InvalidRequest, TooManyStreams, WorkerAway, EngineUnavailable]);

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
    api: web::Data<Api>,
    query: Query<EngineEventsQuery>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let resumed = request.headers().get("last-event-id").map(|id| id.to_str().unwrap_or("?"));
    let query = query.into_inner().read(resumed, api.clock.now())?;
    let open = api.streams.open(caller.0.to_string(), api.limits.streams.per_caller)?;
    let follower = api.server.stream_engine_events(&caller.0, query).await?;
    let form = Form::of(&request);
    let last_sent = api.clock.elapsed();
    let ends_at = last_sent + api.limits.streams.age;
    let ready = VecDeque::new();
    let stream = Stream { api, follower, form, ready, last_sent, ends_at, ended: false, _open: open };
    let frames = stream::unfold(stream, async |mut stream| {
        let frame = stream.next().await?;
        Some((Ok::<_, Error>(frame), stream))
    });
    Ok(HttpResponse::Ok()
        .content_type(form.content_type())
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        // Tells proxies not to buffer the stream.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(Box::pin(frames)))
}

/// How the frames are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Events,
    Lines,
}

impl Form {
    fn of(request: &HttpRequest) -> Self {
        let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        let wants_lines = accept.is_some_and(|accept| {
            let mut kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
            kinds.any(|kind| matches!(kind, "application/x-ndjson" | "application/jsonl"))
        });
        if wants_lines { Self::Lines } else { Self::Events }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream",
            Self::Lines => "application/x-ndjson",
        }
    }

    fn frame(self, id: Option<String>, frame: &EngineFrame) -> Bytes {
        // Compact JSON has no line break. Strings, numbers, lists and maps can always be written.
        let json = serde_json::to_string(frame).unwrap_or_default();
        Bytes::from(match (self, id) {
            (Self::Events, Some(id)) => format!("id: {id}\ndata: {json}\n\n"),
            (Self::Events, None) => format!("data: {json}\n\n"),
            (Self::Lines, _) => format!("{json}\n"),
        })
    }

    /// A sign of life that no client takes for a frame.
    fn heartbeat(self) -> Bytes {
        Bytes::from_static(match self {
            Self::Events => b": still here\n\n",
            Self::Lines => b"\n",
        })
    }
}

struct Stream {
    api: web::Data<Api>,
    follower: EngineFollower,
    form: Form,
    ready: VecDeque<Bytes>,
    /// Elapsed time at which the last frame was sent.
    last_sent: Duration,
    /// Elapsed time at which the stream is as old as it may be.
    ends_at: Duration,
    ended: bool,
    _open: OpenStream,
}

impl Stream {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                self.last_sent = self.api.clock.elapsed();
                return Some(frame);
            }
            if self.ended || self.api.stopping.is_cancelled() {
                return None;
            }
            let api = self.api.clone();
            let left = (self.last_sent + HEARTBEAT).min(self.ends_at).saturating_sub(api.clock.elapsed());
            tokio::select! {
                biased;
                () = api.stopping.cancelled() => return None,
                event = self.follower.next() => self.take(event),
                () = api.clock.sleep(left) => self.wait_is_over(),
            }
        }
    }

    fn take(&mut self, event: Result<Option<PlacedEvent>, EngineEventsError>) {
        let frame = match event {
            Ok(Some(placed)) => {
                let id = placed.position.to_string();
                let frame = EngineFrame::Event { event: Box::new(EngineEventBody::from(placed)) };
                self.ready.push_back(self.form.frame(Some(id), &frame));
                return;
            }
            Ok(None) => EngineFrame::End { last: self.follower.position().to_string() },
            // The headers are already sent, so the status cannot report the error.
            Err(error) => {
                let problem = serde_json::to_value(Problem::from(error).body()).unwrap_or_default();
                EngineFrame::Problem { problem }
            }
        };
        self.ready.push_back(self.form.frame(None, &frame));
        self.ended = true;
    }

    /// Nothing happened for a while, or the stream is too old: it ends where the next one can go on.
    fn wait_is_over(&mut self) {
        if self.api.clock.elapsed() < self.ends_at {
            self.ready.push_back(self.form.heartbeat());
            return;
        }
        let last = self.follower.position().to_string();
        if self.form == Form::Events {
            self.ready.push_back(Bytes::from(format!("retry: 1000\nid: {last}\n\n")));
        } else {
            self.ready.push_back(self.form.frame(None, &EngineFrame::End { last }));
        }
        self.ended = true;
    }
}
