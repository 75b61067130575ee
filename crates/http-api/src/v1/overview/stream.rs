//! `GET /stream`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use std::time::Duration;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get};
use core_monitor_application::server::{ChangeFollower, FollowedTopics, News};
use core_monitor_domain::changes::Changes;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::statistics::SAMPLE_EVERY;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemBody};
use crate::request::Query;
use crate::said;
use crate::sse;
use crate::streaming::{self, Form, Interruption, Next, Source};
use crate::v1::events::{EventBody, LastEventId};
use crate::v1::statistics::StatisticsBody;
use crate::v1::words::{ChangeTopicWord, StreamEndWord};

/// What can be followed.
const TOPICS: &str = "events, changes, statistics";

/// What to follow, and from where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangeStreamQuery {
    /// What to follow: `events`, `changes` and `statistics`, with commas between them; `events,changes` by default.
    #[param(pattern = "^(events|changes|statistics)(,(events|changes|statistics))*$")]
    topics: Option<String>,
    /// Only events with a larger id.
    #[param(example = 0, minimum = 0)]
    after: Option<i64>,
}

/// One frame of the stream of everything. Frames have no name, so that a browser hands each of them to `onmessage`, also those of
/// a kind that is added later.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = ChangeSignal)]
pub(crate) enum ChangeFrameBody {
    /// The stream stands: its first frame. Its `id` is `last`.
    Begin {
        /// The id of the event behind which it begins.
        #[schema(example = 17)]
        last: i64,
    },
    /// An event. The frame's `id` is that of the event: after a break, the stream goes on behind it.
    Event {
        #[schema(value_type = EventBody, inline = false)]
        event: Box<EventBody>,
    },
    /// Something has changed; at most one frame in 100 ms, which says all of it. What has changed during a break is not
    /// said: read again what is shown.
    Changed {
        /// What has changed.
        #[schema(value_type = Vec<ChangeTopicWord>, example = json!(["stacks", "commands"]))]
        topics: Vec<&'static str>,
        /// The stacks about which something has changed; null if it may be any. It says nothing about `host`, which
        /// may concern every stack.
        #[schema(value_type = Option<Vec<uuid::Uuid>>)]
        stack_ids: Option<Vec<StackId>>,
    },
    /// What everything uses now, every five seconds; none while no worker answers.
    Statistics {
        #[schema(inline = false)]
        statistics: StatisticsBody,
    },
    /// The stream cannot go on: its last frame. Connect again with the id of the last event.
    Problem {
        #[schema(value_type = ProblemBody)]
        problem: serde_json::Value,
    },
    /// The stream ends although it could go on: its last frame. Connect again behind `last`.
    End {
        #[schema(value_type = StreamEndWord, example = "old")]
        reason: &'static str,
        #[schema(example = 17)]
        last: i64,
    },
}

answers!(Answers, Read, [InvalidRequest, TooManyStreams]);

/// Follow everything that a screen shows, over one connection.
///
/// Server-sent events without end, each with a frame as JSON: the events of all commands from `Last-Event-ID` or `after` on, else
/// from the next one on; what has changed, to be read again; and on request what containers and the host use. A client that reads
/// slowly gets fewer notices, each of which says more. The frames have no `event:` field; their `kind` says what they are.
/// Browsers allow few connections to a server: open one stream and share it.
#[utoipa::path(
    tag = "overview",
    params(ChangeStreamQuery, LastEventId),
    responses(
        (status = 200, description = "The frames.", body = ChangeFrameBody, content_type = "text/event-stream"),
        Answers,
    )
)]
#[get("/stream")]
pub(crate) async fn stream_changes(
    api: Data<Api>,
    query: Query<ChangeStreamQuery>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let topics = topics(query.topics.as_deref())?;
    let after = sse::resume_from(&request, query.after)?;
    let open = streaming::open(&api, &caller.0)?;
    let follower = api.server.follow_changes(&caller.0, topics, after).await?;
    let due = api.clock.elapsed();
    let source = Everything { api: api.clone(), follower, has_begun: false, due };
    Ok(streaming::answer(streaming::head(Form::Events.content_type()), api, open, source))
}

fn topics(given: Option<&str>) -> Result<FollowedTopics, Problem> {
    let mut topics = FollowedTopics { events: false, changes: false, statistics: false };
    for topic in given.unwrap_or("events,changes").split(',') {
        match topic {
            "events" => topics.events = true,
            "changes" => topics.changes = true,
            "statistics" => topics.statistics = true,
            other => {
                let words = said::no_such_topic(other.chars().take(40).collect::<String>(), TOPICS);
                return Err(Problem::new(ErrorCode::InvalidRequest, words));
            }
        }
    }
    Ok(topics)
}

/// The stream of everything. What a client has not taken yet is nowhere but in what it is made from.
struct Everything {
    api: Data<Api>,
    follower: ChangeFollower,
    has_begun: bool,
    /// Elapsed time at which the next statistics are sent.
    due: Duration,
}

impl Everything {
    /// What there is to send now; may be empty. What was read is returned in any case, and nothing is waited for behind it.
    async fn part(&mut self) -> Result<(String, Option<Duration>), Problem> {
        let mut part = String::new();
        if !self.has_begun {
            self.has_begun = true;
            let last = self.follower.position();
            push(&mut part, Some(last.to_string()), &ChangeFrameBody::Begin { last });
            return Ok((part, None));
        }
        if self.follower.topics().statistics && self.api.clock.elapsed() >= self.due {
            let newest = self.follower.statistics().await?;
            self.due = self.api.clock.elapsed() + SAMPLE_EVERY;
            if let Some(shown) = newest {
                let statistics = StatisticsBody::from(&shown);
                push(&mut part, None, &ChangeFrameBody::Statistics { statistics });
                return Ok((part, None));
            }
        }
        let News { events, changes, again_in } = self.follower.read().await?;
        for event in events {
            let id = event.id.to_string();
            push(&mut part, Some(id), &ChangeFrameBody::Event { event: Box::new(event.into()) });
        }
        if !changes.is_empty() {
            push(&mut part, None, &ChangeFrameBody::from(&changes));
        }
        Ok((part, again_in))
    }

    /// Returns when there may be something to send.
    async fn wait(&mut self, again_in: Option<Duration>) {
        let clock = &*self.api.clock;
        let until_due = self.due.saturating_sub(clock.elapsed());
        let statistics = self.follower.topics().statistics.then_some(until_due);
        let pause = match (again_in, statistics) {
            (Some(again), Some(due)) => Some(again.min(due)),
            (again, due) => again.or(due),
        };
        let rest = async {
            match pause {
                Some(pause) => clock.sleep(pause).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.follower.changed() => {}
            () = rest => {}
        }
    }
}

fn push(part: &mut String, id: Option<String>, frame: &ChangeFrameBody) {
    part.push_str(&Form::Events.frame(id, frame));
}

impl Source for Everything {
    async fn next(&mut self) -> Next {
        loop {
            match self.part().await {
                Ok((part, _)) if !part.is_empty() => return Next::Part(part.into()),
                Ok((_, again_in)) => self.wait(again_in).await,
                Err(problem) => {
                    // The headers are already sent, so the status cannot report the error.
                    let problem = serde_json::to_value(problem.body()).unwrap_or_default();
                    return Next::Last(
                        Form::Events.frame(None, &ChangeFrameBody::Problem { problem }).into(),
                    );
                }
            }
        }
    }

    fn heartbeat(&mut self) -> Bytes {
        Form::Events.heartbeat()
    }

    fn interrupted(&mut self, why: Interruption) -> Bytes {
        let last = self.follower.position();
        let end = ChangeFrameBody::End { reason: why.as_str(), last };
        let frame = Form::Events.frame(Some(last.to_string()), &end);
        format!("retry: 1000\n{frame}").into()
    }
}

impl From<&Changes> for ChangeFrameBody {
    fn from(changes: &Changes) -> Self {
        Self::Changed {
            topics: changes.topics().iter().map(|topic| topic.as_str()).collect(),
            stack_ids: changes.stacks().map(|stacks| stacks.iter().copied().collect()),
        }
    }
}

#[cfg(test)]
mod tests;
