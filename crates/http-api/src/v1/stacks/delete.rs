//! `POST /stacks/{id}/delete`

use actix_web::{HttpResponse, post, web};
use core_monitor_domain::command::{CommandPayload, DeleteChoices};
use core_monitor_domain::ids::{PlanId, StackId};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest};
use crate::response::queued;
use crate::v1::commands::{Queued, QueuedHeaders};

pub(crate) mod plan;

/// What a delete takes away, each by itself. Volumes go only with the containers that use them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DeleteBody {
    /// Remove the containers and networks; `true` by default. With `false` they go on as they are, and the stack is only
    /// forgotten: they are no longer ours, and can be imported again.
    #[schema(example = true)]
    containers: bool,
    /// Remove the stack's volumes, with their data; `false` by default.
    #[schema(example = false)]
    volumes: bool,
    /// Remove the stack with its versions; `true` by default. With `false` it stays, with no version applied.
    #[schema(example = true)]
    definition: bool,
    /// A plan for just these choices, to be confirmed. If the host has changed since, nothing is done.
    plan_id: Option<Uuid>,
}

impl Default for DeleteBody {
    fn default() -> Self {
        let DeleteChoices { containers, volumes, definition } = DeleteChoices::default();
        Self { containers, volumes, definition, plan_id: None }
    }
}

impl DeleteBody {
    /// What goes.
    fn choices(&self) -> DeleteChoices {
        let Self { containers, volumes, definition, .. } = *self;
        DeleteChoices { containers, volumes, definition }
    }
}

answers!(Answers, Change, [NotFound, PlanUnknown, PlanStale, PlanBlocked, NotObserved]);

/// Delete a stack, or a part of it.
///
/// Removes its containers and networks, with `volumes` also its volumes and their data, and then the stack. Its name becomes
/// free; its commands can still be read. `external` networks and volumes, and objects that belong to others, are not
/// touched. With `definition: false`, the stack and its versions stay; with `containers: false`, only the stack goes.
#[utoipa::path(
    tag = "stacks",
    params(WaitQuery, ("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content = Option<DeleteBody>, content_type = "application/json"),
    responses(Queued, Answers)
)]
#[post("/stacks/{id}/delete")]
pub(crate) async fn delete_stack(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let body = request.body.json_or_default::<DeleteBody>()?;
    let wanted = CommandPayload::Delete { what: body.choices(), plan_id: body.plan_id.map(PlanId) };
    queued(&api, StackId(*id), wanted, request.on_existing()?, query.wait).await
}

#[cfg(test)]
mod tests;
