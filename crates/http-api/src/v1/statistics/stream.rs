//! `GET /stats/stream`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest, HttpResponse, get, web};
use core_monitor_application::server::StatisticsFollower;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::statistics::SAMPLE_EVERY;
use futures::stream;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::StatisticsBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemBody};
use crate::request::Query;
use crate::said;
use crate::sse::OpenStream;

/// The most seconds between two snapshots; a connection that is silent for longer is closed by proxies.
const SLOWEST: u64 = 60;

/// What to follow, and how often.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatisticsStreamQuery {
    /// Only the containers of this stack.
    stack_id: Option<Uuid>,
    /// Seconds between two snapshots, from 1 to 60; 5 by default, which is how often containers are measured.
    #[param(minimum = 1, maximum = 60)]
    every: Option<u64>,
}

/// One frame of the stream. Frames have no name, so that a browser hands each of them to `onmessage`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = StatisticsFrame)]
pub(crate) enum StatisticsFrameBody {
    /// What everything uses now. It is complete: a frame that is lost or late changes nothing.
    Snapshot {
        #[schema(inline = false)]
        statistics: StatisticsBody,
    },
    /// The stream ends, for this reason: its last frame. Connect again.
    Problem {
        #[schema(value_type = ProblemBody)]
        problem: serde_json::Value,
    },
}

answers!(Answers, Read, [InvalidRequest, StackNotFound, WorkerAway, EngineUnavailable, TooManyStreams]);

/// Follow what all running containers and the host use.
///
/// A snapshot at once, and then one every five seconds, as server-sent events, or with `Accept: application/x-ndjson` as lines of
/// JSON. A client that reads slowly gets fewer snapshots, and always the newest. The frames have no `event:` field; their `kind`
/// says what they are.
#[utoipa::path(
    tag = "statistics",
    params(StatisticsStreamQuery),
    responses(
        (status = 200, description = "The frames.", body = StatisticsFrameBody, content_type = "text/event-stream"),
        Answers,
    )
)]
#[get("/stats/stream")]
pub(crate) async fn stream_statistics(
    api: web::Data<Api>,
    query: Query<StatisticsStreamQuery>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let every = match query.every {
        None => SAMPLE_EVERY,
        Some(seconds @ 1..=SLOWEST) => Duration::from_secs(seconds),
        Some(seconds) => {
            return Err(Problem::new(ErrorCode::InvalidRequest, said::every_out_of_range(seconds, SLOWEST)));
        }
    };
    let form = Form::of(&request);
    let open = api.streams.open(caller.0.to_string(), api.limits.streams.per_caller)?;
    let follower = api.server.follow_statistics(&caller.0, query.stack_id.map(StackId)).await?;
    // What is wrong from the beginning has a status of its own.
    let first = form.frame(&snapshot(&follower).await?);
    let ends_at = api.clock.elapsed() + api.limits.streams.age;
    let stream = Stream { api, follower, form, every, ends_at, next: Next::Send(first), _open: open };
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

/// How frames are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Events,
    Lines,
}

impl Form {
    /// Lines for a client that names them, events for everybody else.
    fn of(request: &HttpRequest) -> Self {
        let accepted = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        let lines = accepted.is_some_and(|accepted| accepted.contains("application/x-ndjson"));
        if lines { Self::Lines } else { Self::Events }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream",
            Self::Lines => "application/x-ndjson",
        }
    }

    /// Compact JSON has no line break, which would end the frame.
    fn frame(self, frame: &StatisticsFrameBody) -> Bytes {
        let json = serde_json::to_string(frame).unwrap_or_default();
        Bytes::from(match self {
            Self::Events => format!("data: {json}\n\n"),
            Self::Lines => format!("{json}\n"),
        })
    }
}

async fn snapshot(follower: &StatisticsFollower) -> Result<StatisticsFrameBody, Problem> {
    let shown = follower.read().await?;
    Ok(StatisticsFrameBody::Snapshot { statistics: StatisticsBody::from(&shown) })
}

/// What the stream does when it is asked for more.
enum Next {
    /// It sends this.
    Send(Bytes),
    /// It waits until this elapsed time, and then makes a snapshot: only when the client has taken the one before.
    At(Duration),
    Ended,
}

struct Stream {
    api: web::Data<Api>,
    follower: StatisticsFollower,
    form: Form,
    every: Duration,
    /// Elapsed time at which the stream is as old as it may be.
    ends_at: Duration,
    next: Next,
    _open: OpenStream,
}

impl Stream {
    async fn next(&mut self) -> Option<Bytes> {
        let api = self.api.clone();
        let due = match std::mem::replace(&mut self.next, Next::Ended) {
            Next::Send(frame) => {
                self.next = Next::At(api.clock.elapsed() + self.every);
                return Some(frame);
            }
            Next::At(due) => due,
            Next::Ended => return None,
        };
        tokio::select! {
            biased;
            () = api.stopping.cancelled() => return None,
            () = api.clock.sleep(due.saturating_sub(api.clock.elapsed())) => {}
        }
        if api.clock.elapsed() >= self.ends_at {
            return None;
        }
        match snapshot(&self.follower).await {
            Ok(frame) => {
                self.next = Next::At(api.clock.elapsed() + self.every);
                Some(self.form.frame(&frame))
            }
            Err(problem) => {
                // The headers are already sent, so the status cannot report it.
                let problem = serde_json::to_value(problem.body()).unwrap_or_default();
                Some(self.form.frame(&StatisticsFrameBody::Problem { problem }))
            }
        }
    }
}

#[cfg(test)]
mod tests;
