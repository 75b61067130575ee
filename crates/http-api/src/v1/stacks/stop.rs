//! `POST /stacks/{id}/stop`

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

/// Stop a stack or one of its services.
///
/// Stops running containers, dependents first. Nothing is removed; the next start or apply brings them back.
#[utoipa::path(
    tag = "stacks",
    params(WaitQuery, ("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content = Option<ServiceChoice>, content_type = "application/json"),
    responses(Queued, Answers)
)]
#[post("/stacks/{id}/stop")]
pub(crate) async fn stop_stack(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let service = request.body.json_or_default::<ServiceChoice>()?.service;
    let payload = CommandPayload::Stop { service };
    queued(&api, StackId(*id), payload, request.on_existing()?, query.wait).await
}
