//! `POST /stacks/{id}/restart`

use actix_web::{HttpResponse, post, web};
use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::StackId;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest};
use crate::response::queued;
use crate::v1::commands::{Queued, QueuedHeaders, ServiceChoice};

answers!(Answers, Change, [NotFound, NotApplied, ServiceUnknown]);

/// Restart a stack or one of its services.
///
/// Stops and starts running containers in dependency order, and starts stopped ones.
#[utoipa::path(
    tag = "stacks",
    params(WaitQuery, ("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content = Option<ServiceChoice>, content_type = "application/json"),
    responses(Queued, Answers)
)]
#[post("/stacks/{id}/restart")]
pub(crate) async fn restart_stack(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let service = request.body.json_or_default::<ServiceChoice>()?.service;
    let payload = CommandPayload::Restart { service };
    queued(&api, StackId(*id), payload, request.on_existing()?, query.wait).await
}
