//! Server-sent events.

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use core_monitor_application::server::{Followed, Follower};
use core_monitor_domain::actor::Actor;
use futures::stream;

use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::events::FrameBody;

mod open_streams;

pub use open_streams::StreamLimits;
pub(crate) use open_streams::{OpenStream, OpenStreams};

/// Idle time after which a comment is sent, so that proxies do not close the connection.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(15);

/// The id to resume after: from `Last-Event-ID` when a browser reconnects, else from the query.
pub(crate) fn resume_from(request: &HttpRequest, after: Option<i64>) -> Result<Option<i64>, Problem> {
    let invalid = |words| Problem::new(ErrorCode::InvalidRequest, words);
    if let Some(after) = after.filter(|after| *after < 0) {
        return Err(invalid(said::after_negative(after)));
    }
    match request.headers().get("last-event-id") {
        Some(value) => {
            let id = value.to_str().ok().and_then(|text| text.trim().parse::<i64>().ok());
            let id = id.ok_or_else(|| invalid(said::last_event_id_not_a_number()))?;
            if id < 0 { Err(invalid(said::last_event_id_negative(id))) } else { Ok(Some(id)) }
        }
        None => Ok(after),
    }
}

/// Streams the events after `after`: those of one command until it has ended, all others without end.
pub(crate) async fn answer(
    api: web::Data<Api>,
    actor: &Actor,
    of: Followed,
    after: Option<i64>,
) -> Result<HttpResponse, Problem> {
    let open = api.streams.open(actor.to_string(), api.limits.streams.per_caller)?;
    let follower = api.server.follow_events(actor, of, after).await?;
    let last_sent = api.clock.elapsed();
    let ends_at = last_sent + api.limits.streams.age;
    let stream =
        Stream { api, follower, ready: VecDeque::new(), last_sent, ends_at, ended: false, _open: open };
    let frames = stream::unfold(stream, async |mut stream| {
        let frame = stream.next().await?;
        Some((Ok::<_, Error>(frame), stream))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        // Tells proxies not to buffer the stream.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(Box::pin(frames)))
}

struct Stream {
    api: web::Data<Api>,
    follower: Follower,
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
            self.read().await;
            if self.ready.is_empty() && !self.ended {
                let api = self.api.clone();
                // A wake-up without new events sends nothing, so it must not postpone the heartbeat.
                let now = api.clock.elapsed();
                if now >= self.ends_at {
                    self.grow_old();
                    continue;
                }
                let left = (self.last_sent + HEARTBEAT).min(self.ends_at).saturating_sub(now);
                tokio::select! {
                    biased;
                    () = api.stopping.cancelled() => return None,
                    () = api.clock.sleep(left) => {
                        if api.clock.elapsed() < self.ends_at {
                            self.ready.push_back(Bytes::from_static(b": still here\n\n"));
                        }
                    }
                    () = self.follower.changed() => {}
                }
            }
        }
    }

    /// Ends the stream where the next one can go on: a client that reconnects sends the last id it has, even if no event
    /// came with it.
    fn grow_old(&mut self) {
        let last = self.follower.position();
        self.ready.push_back(Bytes::from(format!("retry: 1000\nid: {last}\n\n")));
        self.ended = true;
    }

    async fn read(&mut self) {
        match self.follower.read().await {
            Ok(batch) => {
                for event in batch.events {
                    let id = event.id;
                    self.ready.push_back(frame(Some(id), &FrameBody::Event { event: event.into() }));
                }
                if let Some(command) = batch.settled {
                    self.ready.push_back(frame(None, &FrameBody::Settled { command: command.into() }));
                    self.ended = true;
                }
            }
            Err(error) => {
                // The headers are already sent, so the status cannot report the error. When the stream ends, the client
                // reconnects with the last id it has.
                // Strings, numbers and lists can always be written as JSON.
                let problem = serde_json::to_value(Problem::from(error).body()).unwrap_or_default();
                self.ready.push_back(frame(None, &FrameBody::Problem { problem }));
                self.ended = true;
            }
        }
    }
}

/// A frame without a name: a browser hands a named one only to those who know its name.
fn frame(id: Option<i64>, data: &FrameBody) -> Bytes {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    // Compact JSON has no line break, which would end the field.
    let data = serde_json::to_string(data).unwrap_or_default();
    Bytes::from(format!("{id}data: {data}\n\n"))
}

#[cfg(test)]
mod tests;
