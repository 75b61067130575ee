//! `POST /prune`

use actix_web::{HttpResponse, post, web};
use core_monitor_domain::ids::PlanId;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest, patience};
use crate::response::accepted;
use crate::v1::commands::{IdempotencyHeader, Queued};
use crate::v1::prune::ConfirmedPrune;

answers!(Answers, Write, [PlanUnknown, PlanStale, IdempotencyMismatch, WorkerAway, EngineUnavailable]);

/// Prune the host: remove exactly what a plan lists.
///
/// An ordinary command: it waits for its turn among all writes and can be cancelled. Each object is looked at again before it
/// goes. If something that the plan lists is needed by then, the command fails with `PLAN_STALE` before it removes anything; what
/// comes into use while it runs stays, and the result says so. What is gone already counts as done.
#[utoipa::path(
    tag = "host",
    params(WaitQuery, IdempotencyHeader),
    request_body(content = ConfirmedPrune, content_type = "application/json"),
    responses(Queued, Answers)
)]
#[post("/prune")]
pub(crate) async fn prune(
    api: web::Data<Api>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let body: ConfirmedPrune = request.body.json()?;
    let patience = api.patience(patience(query.wait)?);
    let (actor, write) = request.on_host();
    Ok(accepted(api.server.prune(&actor, PlanId(body.plan_id), write, &patience).await?))
}
