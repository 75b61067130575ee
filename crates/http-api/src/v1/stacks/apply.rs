//! `POST /stacks/{id}/apply/{version}`

use actix_web::{HttpResponse, post, web};
use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::{StackId, VersionNumber};
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest};
use crate::response::queued;
use crate::v1::commands::{ApplyBody, Queued, QueuedHeaders};

answers!(
    Answers,
    Change,
    [
        NotFound,
        VersionNotFound,
        PlanUnknown,
        PlanStale,
        PlanBlocked,
        NotObserved,
        InvalidDefinition,
        RefusedByPolicy,
    ]
);

/// Apply a version: converge the engine to it.
///
/// Creates what is missing, replaces what differs, removes what the version does not have, and leaves everything else
/// alone. With a `plan_id`, only what that plan contains is carried out.
#[utoipa::path(
    tag = "stacks",
    params(
        WaitQuery,
        ("id" = Uuid, Path, description = "The stack."),
        ("version" = u32, Path, description = "The version to converge to.", example = 1),
        QueuedHeaders,
    ),
    request_body(content = Option<ApplyBody>, content_type = "application/json"),
    responses(Queued, Answers)
)]
#[post("/stacks/{id}/apply/{version}")]
pub(crate) async fn apply_version(
    api: web::Data<Api>,
    path: web::Path<(Uuid, u32)>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let (stack, version) = path.into_inner();
    let version = VersionNumber(version);
    let body: ApplyBody = request.body.json_or_default()?;
    let wanted = body.wanted(|options| CommandPayload::Apply { version, options });
    queued(&api, StackId(stack), wanted, request.on_existing()?, query.wait).await
}

#[cfg(test)]
mod tests;
