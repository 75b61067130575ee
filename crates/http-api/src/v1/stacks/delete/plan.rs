//! `POST /stacks/{id}/delete/plan`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::StackId;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{NoQuery, WriteRequest};
use crate::said;
use crate::v1::plans::PlanBody;
use crate::v1::stacks::delete::DeleteBody;

answers!(Answers, Write, [NotFound, StackNotFound, NotObserved]);

/// Plan what deleting a stack, or a part of it, would do, without doing it.
///
/// The plan lists every object that goes, by name, and what stays in its notes. Delete with the same choices and the plan's id
/// to carry out exactly this plan.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack.")),
    request_body(content = Option<DeleteBody>, content_type = "application/json"),
    responses(
        (status = 201, description = "The stored plan.", body = PlanBody, headers(
            ("Location" = String, description = "Path of the plan."),
        )),
        Answers,
    )
)]
#[post("/stacks/{id}/delete/plan")]
pub(crate) async fn plan_delete(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    _no_query: NoQuery,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let body = request.body.json_or_default::<DeleteBody>()?;
    if body.plan_id.is_some() {
        return Err(Problem::new(ErrorCode::InvalidRequest, said::plan_of_a_plan()));
    }
    let (id, actor) = (StackId(*id), request.caller.0);
    answer(&api, BlockingWork::Definition, async move |api| {
        let plan = api.server.plan_delete(&actor, id, body.choices()).await?;
        Ok(Answer::created(format!("/api/v1/plans/{}", plan.id), PlanBody::from(plan)))
    })
    .await
}
