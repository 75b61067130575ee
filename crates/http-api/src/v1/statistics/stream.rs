//! `GET /stats/stream`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use std::time::Duration;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use core_monitor_application::server::StatisticsFollower;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::statistics::SAMPLE_EVERY;
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
use crate::streaming::{self, Form, Interruption, Next, Source};

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
    api: Data<Api>,
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
    let form = Form::of(request.headers());
    let open = streaming::open(&api, &caller.0)?;
    let follower = api.server.follow_statistics(&caller.0, query.stack_id.map(StackId)).await?;
    // What is wrong from the beginning has a status of its own.
    let first = Some(snapshot(&follower, form).await?);
    let due = api.clock.elapsed();
    let snapshots = Snapshots { api: api.clone(), follower, form, every, first, due };
    Ok(streaming::answer(streaming::head(form.content_type()), api, open, snapshots))
}

async fn snapshot(follower: &StatisticsFollower, form: Form) -> Result<Bytes, Problem> {
    let shown = follower.read().await?;
    let snapshot = StatisticsFrameBody::Snapshot { statistics: StatisticsBody::from(&shown) };
    Ok(form.frame(None, &snapshot).into())
}

struct Snapshots {
    api: Data<Api>,
    follower: StatisticsFollower,
    form: Form,
    every: Duration,
    /// The first one, until it is sent.
    first: Option<Bytes>,
    /// Elapsed time at which the next one is made: only when the client has taken the one before.
    due: Duration,
}

impl Source for Snapshots {
    async fn next(&mut self) -> Next {
        let clock = &*self.api.clock;
        let next = if let Some(first) = self.first.take() {
            Ok(first)
        } else {
            clock.sleep(self.due.saturating_sub(clock.elapsed())).await;
            snapshot(&self.follower, self.form).await
        };
        self.due = clock.elapsed() + self.every;
        match next {
            Ok(snapshot) => Next::Part(snapshot),
            Err(problem) => {
                // The headers are already sent, so the status cannot report it.
                let problem = serde_json::to_value(problem.body()).unwrap_or_default();
                Next::Last(self.form.frame(None, &StatisticsFrameBody::Problem { problem }).into())
            }
        }
    }

    /// The snapshots show it.
    fn heartbeat(&mut self) -> Bytes {
        Bytes::new()
    }

    /// The next stream begins with a snapshot, wherever this one has ended.
    fn interrupted(&mut self, _: Interruption) -> Bytes {
        Bytes::new()
    }
}

#[cfg(test)]
mod tests;
