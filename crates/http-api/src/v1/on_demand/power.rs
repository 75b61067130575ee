//! `POST /stacks/{id}/on-demand/{service}/wake` and `…/sleep`

use actix_web::{HttpResponse, post, web};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest, patience};
use crate::response::accepted;
use crate::v1::commands::{Queued, QueuedHeaders};

answers!(WakeAnswers, Change, [NotFound, NotOnDemand]);

/// Wake a service.
///
/// With everything that it needs, whatever its schedule says and however little memory there is. It goes to sleep again once
/// nobody has used it for long enough.
#[utoipa::path(
    tag = "on-demand",
    params(
        WaitQuery,
        ("id" = Uuid, Path, description = "The stack."),
        ("service" = String, Path, description = "The service.", example = "web", pattern = "^[A-Za-z0-9._-]+$"),
        QueuedHeaders,
    ),
    responses(Queued, WakeAnswers)
)]
#[post("/stacks/{id}/on-demand/{service}/wake")]
pub(crate) async fn wake_service(
    api: web::Data<Api>,
    path: web::Path<(Uuid, ServiceName)>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let (id, service) = path.into_inner();
    let (actor, write) = request.on_existing()?;
    let patience = api.patience(patience(query.wait)?);
    Ok(accepted(api.server.wake_service(&actor, StackId(id), &service, write, &patience).await?))
}

answers!(SleepAnswers, Change, [NotFound, NotOnDemand, NeverSleeps]);

/// Put a service to sleep.
///
/// With everything that no other service needs which is awake, whoever uses it: requests under way end with it. It wakes at the
/// next request.
#[utoipa::path(
    tag = "on-demand",
    params(
        WaitQuery,
        ("id" = Uuid, Path, description = "The stack."),
        ("service" = String, Path, description = "The service.", example = "web", pattern = "^[A-Za-z0-9._-]+$"),
        QueuedHeaders,
    ),
    responses(Queued, SleepAnswers)
)]
#[post("/stacks/{id}/on-demand/{service}/sleep")]
pub(crate) async fn put_service_to_sleep(
    api: web::Data<Api>,
    path: web::Path<(Uuid, ServiceName)>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let (id, service) = path.into_inner();
    let (actor, write) = request.on_existing()?;
    let patience = api.patience(patience(query.wait)?);
    Ok(accepted(api.server.put_service_to_sleep(&actor, StackId(id), &service, write, &patience).await?))
}
