//! `GET /plans/{id}`

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::ids::PlanId;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::v1::plans::PlanBody;

answers!(Answers, Read, [NotFound, PlanNotFound]);

/// Show a stored plan.
#[utoipa::path(
    tag = "plans",
    params(("id" = Uuid, Path, description = "The plan.")),
    responses((status = 200, description = "The plan, as it was made.", body = PlanBody), Answers)
)]
#[get("/plans/{id}")]
pub(crate) async fn show_plan(api: web::Data<Api>, id: web::Path<Uuid>) -> Result<HttpResponse, Problem> {
    match api.server.plans.find(PlanId(*id)).await? {
        Some(plan) => Ok(HttpResponse::Ok().json(PlanBody::from(plan))),
        None => Err(Problem::new(ErrorCode::PlanNotFound, "there is no plan with this id")),
    }
}
