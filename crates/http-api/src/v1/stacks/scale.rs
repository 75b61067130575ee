//! `POST /stacks/{id}/scale`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::ScaleService;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest, check_comment, patience};
use crate::response::accepted;
use crate::v1::commands::{Queued, QueuedHeaders};

/// How many containers a service is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScaleBody {
    /// The service.
    #[schema(value_type = String, example = "web", pattern = "^[A-Za-z0-9._-]+$")]
    service: ServiceName,
    /// How many containers; 0 keeps the service without any.
    #[schema(example = 3)]
    replicas: u32,
    /// The version to be made from. If left out, the one that is applied or about to be, unless a definition was saved after
    /// it.
    #[serde(default)]
    #[schema(value_type = Option<u32>, example = 2)]
    base: Option<VersionNumber>,
    /// Why; if left out, from which number to which.
    #[serde(default)]
    #[schema(example = "more visitors on Fridays")]
    comment: Option<String>,
}

answers!(
    Answers,
    Change,
    [
        NotFound,
        VersionNotFound,
        ServiceUnknown,
        NotApplied,
        AppliedVersionUnclear,
        NotScalable,
        InvalidDefinition,
        RefusedByPolicy
    ]
);

/// Change how many containers a service has.
///
/// Saves a version in which only this number differs, written where the definition has it, with comments and everything else as
/// they are, and applies it: both or nothing. Refused where the number cannot be changed alone, with the reason: the container
/// has a name, a host port or an address that no two can have, the number is a variable, or the service comes from another file.
#[utoipa::path(
    tag = "stacks",
    params(WaitQuery, ("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content = ScaleBody, content_type = "application/json"),
    responses(Queued, Answers)
)]
#[post("/stacks/{id}/scale")]
pub(crate) async fn scale_service(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let body: ScaleBody = request.body.json()?;
    let comment = body.comment.unwrap_or_default();
    check_comment(&comment)?;
    let (actor, write) = request.on_existing()?;
    let patience = api.patience(patience(query.wait)?);
    let (stack_id, service, replicas, base) = (StackId(*id), body.service, body.replicas, body.base);
    let request = ScaleService { stack_id, service, replicas, base, comment, write };
    Ok(accepted(api.server.scale_service(&actor, request, &patience).await?))
}

#[cfg(test)]
mod tests;
