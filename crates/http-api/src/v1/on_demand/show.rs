//! `GET /stacks/{id}/on-demand/{service}`

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use uuid::Uuid;

use super::detail::OnDemandDetailBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [InvalidRequest, NotFound, StackNotFound, NotOnDemand]);

/// Show how a service wakes and sleeps.
///
/// With its last starts, the starts that nobody had asked for and what came of them, what happened on the last days, and how
/// other policies would have done.
#[utoipa::path(
    tag = "on-demand",
    params(
        ("id" = Uuid, Path, description = "The stack."),
        ("service" = String, Path, description = "The service.", example = "web", pattern = "^[A-Za-z0-9._-]+$"),
    ),
    responses((status = 200, description = "The service.", body = OnDemandDetailBody), Answers)
)]
#[get("/stacks/{id}/on-demand/{service}")]
pub(crate) async fn show_on_demand_service(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(Uuid, ServiceName)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (id, service) = path.into_inner();
    let shown = api.server.show_on_demand_service(&caller.0, StackId(id), &service).await?;
    Ok(HttpResponse::Ok().json(OnDemandDetailBody::from(&shown)))
}
