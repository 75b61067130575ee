//! Server-sent events of commands.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use core_monitor_application::server::{Followed, Follower};
use core_monitor_domain::actor::Actor;

use crate::api::Api;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::streaming::{self, Form, Interruption, Next, Source};
use crate::v1::events::FrameBody;

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
    api: Data<Api>,
    actor: &Actor,
    of: Followed,
    after: Option<i64>,
) -> Result<HttpResponse, Problem> {
    let open = streaming::open(&api, actor)?;
    let follower = api.server.follow_events(actor, of, after).await?;
    let head = streaming::head(Form::Events.content_type());
    Ok(streaming::answer(head, api, open, Events { follower }))
}

struct Events {
    follower: Follower,
}

impl Source for Events {
    async fn next(&mut self) -> Next {
        loop {
            // First of all: a wait that was cancelled may have noticed that there is something new.
            match self.follower.read().await {
                Ok(batch) => {
                    let mut part = String::new();
                    for event in batch.events {
                        let id = event.id.to_string();
                        let event = FrameBody::Event { event: event.into() };
                        part.push_str(&Form::Events.frame(Some(id), &event));
                    }
                    if let Some(command) = batch.settled {
                        let settled = FrameBody::Settled { command: command.into() };
                        part.push_str(&Form::Events.frame(None, &settled));
                        return Next::Last(part.into());
                    }
                    if !part.is_empty() {
                        return Next::Part(part.into());
                    }
                }
                Err(error) => {
                    // The headers are already sent, so the status cannot report the error. When the stream ends, the client
                    // reconnects with the last id it has.
                    let problem = serde_json::to_value(Problem::from(error).body()).unwrap_or_default();
                    let problem = FrameBody::Problem { problem };
                    return Next::Last(Form::Events.frame(None, &problem).into());
                }
            }
            self.follower.changed().await;
        }
    }

    fn heartbeat(&mut self) -> Bytes {
        Form::Events.heartbeat()
    }

    fn interrupted(&mut self, why: Interruption) -> Bytes {
        match why {
            Interruption::Old => Form::go_on_behind(self.follower.position()),
            // The client reconnects by itself, with the last id that it has.
            Interruption::Stopping => Bytes::new(),
        }
    }
}

#[cfg(test)]
mod tests;
