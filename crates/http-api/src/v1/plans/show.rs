//! `GET /plans/{id}`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::PlanId;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::plans::PlanBody;

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, PlanNotFound]);

/// Show a stored plan.
#[utoipa::path(
    tag = "plans",
    params(("id" = Uuid, Path, description = "The plan.")),
    responses((status = 200, description = "The plan, as it was made.", body = PlanBody), Answers)
)]
#[get("/plans/{id}")]
pub(crate) async fn show_plan(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let id = PlanId(*id);
    answer(&api, BlockingWork::Read, async move |api| {
        Ok(Answer::ok(PlanBody::from(api.server.show_plan(&caller.0, id).await?)))
    })
    .await
}
