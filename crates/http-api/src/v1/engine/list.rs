//! `GET /engine/events`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Query, limit};
use crate::said;
use crate::v1::engine::{EngineEventBody, EngineEventsQuery};

/// Events of the engine, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EngineEventList {
    items: Vec<EngineEventBody>,
    /// Send it as `after` to get the events that follow; null on the last page.
    #[schema(example = "1769421600000000000.1")]
    next: Option<String>,
    /// Earlier events may be missing: an engine remembers only its last 256.
    #[schema(example = false)]
    cut: bool,
}

answers!(Answers, Read, [ServerBusy, InvalidRequest, ServiceUnknown, WorkerAway, EngineUnavailable]);

/// List the events that the engine remembers, oldest first.
///
/// An engine remembers its last 256 events, of all kinds, since it was started. Unless they are asked for, what is executed in
/// containers, health checks, and who looks at output are left out.
#[utoipa::path(
    tag = "host",
    params(EngineEventsQuery),
    responses((status = 200, description = "The events.", body = EngineEventList), Answers)
)]
#[get("/engine/events")]
pub(crate) async fn list_engine_events(
    api: web::Data<Api>,
    query: Query<EngineEventsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let query = query.into_inner();
    let most = usize::try_from(limit(query.limit)?).unwrap_or(usize::MAX);
    let now = api.clock.now();
    let query = query.read(None, now)?;
    if query.since.is_some_and(|since| since > now) {
        return Err(Problem::new(ErrorCode::InvalidRequest, said::events_in_the_future())
            .with_hint(said::follow_future_events()));
    }
    answer(&api, BlockingWork::Read, async move |api| {
        let listed = api.server.list_engine_events(&caller.0, query, most).await?;
        let last = listed.events.last().map(|placed| placed.position.to_string());
        Ok(Answer::ok(EngineEventList {
            next: last.filter(|_| listed.more),
            cut: listed.is_cut,
            items: listed.events.into_iter().map(EngineEventBody::from).collect(),
        }))
    })
    .await
}
