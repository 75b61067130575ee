//! `POST /prune/plan`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::BlockingWork;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{NoQuery, WriteRequest};
use crate::v1::plans::PlanBody;
use crate::v1::prune::PruneBody;

answers!(Answers, Write, [WorkerAway, EngineUnavailable]);

/// Plan what pruning the host would remove, without removing anything.
///
/// The plan lists each object with its size and why it may go; its notes say which named objects stay, and why. What a
/// container uses, what a stack needs, also for a rollback, and what belongs to a stack is never in it.
#[utoipa::path(
    tag = "host",
    request_body(content = Option<PruneBody>, content_type = "application/json"),
    responses(
        (status = 201, description = "The stored plan.", body = PlanBody, headers(
            ("Location" = String, description = "Path of the plan."),
        )),
        Answers,
    )
)]
#[post("/prune/plan")]
pub(crate) async fn plan_prune(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let body: PruneBody = request.body.json_or_default()?;
    let (actor, wanted) = (request.caller.0, body.request()?);
    answer(&api, BlockingWork::Read, async move |api| {
        let plan = api.server.plan_prune(&actor, wanted).await?;
        Ok(Answer::created(format!("/api/v1/plans/{}", plan.id), PlanBody::from(plan)))
    })
    .await
}
