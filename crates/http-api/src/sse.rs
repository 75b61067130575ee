//! Server-sent events: the record as it grows.

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use core_monitor_application::server::follow_events;
use core_monitor_domain::ids::CommandId;
use futures::stream;
use tokio::sync::watch;

use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::v1::commands::CommandBody;
use crate::v1::events::EventBody;

/// Silence after which a comment is sent, so that nobody in between takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Whether the caller wants a stream rather than a list.
pub(crate) fn wants_stream(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
}

/// The id to go on from: what a reconnecting browser says, else what the address says.
pub(crate) fn resume_from(request: &HttpRequest, after: Option<i64>) -> Result<Option<i64>, Problem> {
    let Some(value) = request.headers().get("last-event-id") else { return Ok(after) };
    let id = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    id.map(Some)
        .ok_or_else(|| Problem::new(ErrorCode::InvalidRequest, "the header `Last-Event-ID` is not a number"))
}

/// Streams what is recorded behind `after`: of one command until it has ended, or of the whole system for ever.
pub(crate) fn answer(api: web::Data<Api>, of: Option<CommandId>, after: i64) -> HttpResponse {
    let commits = api.server.commits.subscribe();
    let last_sent = api.server.clock.elapsed();
    let follower = Follower { api, of, after, commits, ready: VecDeque::new(), last_sent, ended: false };
    let frames = stream::unfold(follower, async |mut follower| {
        let frame = follower.next().await?;
        Some((Ok::<_, Error>(frame), follower))
    });
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        // A proxy that collects the stream before it passes it on would make it useless.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(Box::pin(frames))
}

struct Follower {
    api: web::Data<Api>,
    of: Option<CommandId>,
    after: i64,
    commits: watch::Receiver<u64>,
    ready: VecDeque<Bytes>,
    /// When the last frame was handed out, by the elapsed time.
    last_sent: Duration,
    ended: bool,
}

impl Follower {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                self.last_sent = self.api.server.clock.elapsed();
                return Some(frame);
            }
            if self.ended || self.api.stopping.is_cancelled() {
                return None;
            }
            self.commits.mark_unchanged();
            self.read().await;
            if self.ready.is_empty() && !self.ended {
                let api = self.api.clone();
                let clock = &api.server.clock;
                // Being woken without news does not break the silence, so it does not put the heartbeat off either.
                let left = (self.last_sent + HEARTBEAT).saturating_sub(clock.elapsed());
                tokio::select! {
                    biased;
                    () = api.stopping.cancelled() => return None,
                    () = clock.sleep(left) => self.ready.push_back(Bytes::from_static(b": still here\n\n")),
                    _ = self.commits.changed() => {}
                }
            }
        }
    }

    async fn read(&mut self) {
        match follow_events(&self.api.server, self.of, self.after).await {
            Ok(batch) => {
                self.after = batch.last;
                for event in batch.events {
                    let (id, kind) = (event.id, event.entry.kind.as_str());
                    self.ready.push_back(frame(Some(id), kind, &EventBody::from(event)));
                }
                if let Some(command) = batch.settled {
                    self.ready.push_back(frame(None, "SETTLED", &CommandBody::from(command)));
                    self.ended = true;
                }
            }
            Err(error) => {
                // The headers are sent, so no status can say it. Ending the stream makes the reader come back later with
                // the id it has.
                let problem = Problem::from(error);
                self.ready.push_back(frame(None, "PROBLEM", problem.body()));
                self.ended = true;
            }
        }
    }
}

fn frame(id: Option<i64>, event: &str, data: &impl serde::Serialize) -> Bytes {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    // One line: JSON on one line has no line break, which would end the field.
    let data = serde_json::to_string(data).unwrap_or_default();
    Bytes::from(format!("{id}event: {event}\ndata: {data}\n\n"))
}
