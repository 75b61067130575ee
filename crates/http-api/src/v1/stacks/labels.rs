//! `PUT /stacks/{id}/labels`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, put, web};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::stack::{StackLabel, StackLabelError, StackLabels};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{NoQuery, WriteRequest};
use crate::response::etag;
use crate::v1::commands::IfMatchHeader;
use crate::v1::stacks::StackBody;

/// The labels that a stack is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StackLabelsRequest, example = json!({"labels": {"team": "payments"}}))]
pub(crate) struct LabelsBody {
    /// All of them, at most 32; what is not among them is taken away. A key has 1 to 63 lower-case letters, digits, `-`, `_`, `.` and
    /// `/`, and begins and ends with a letter or a digit. A value has up to 63 letters, digits, `-`, `_` and `.`.
    labels: BTreeMap<String, String>,
}

impl From<StackLabelError> for Problem {
    fn from(error: StackLabelError) -> Self {
        Self::new(ErrorCode::InvalidRequest, error.message())
    }
}

/// The label of a filter.
pub(super) fn read(text: &str) -> Result<StackLabel, Problem> {
    Ok(text.parse::<StackLabel>()?)
}

answers!(Answers, Write, [NotFound, StackNotFound, PreconditionFailed, PreconditionRequired]);

/// Replace the labels of a stack.
///
/// They take effect at once: whoever has access to the stack by a label that goes loses it, also for commands that wait, and whoever
/// has a grant for a label that comes gets it. Nothing changes on the engine, and no version is saved. The audit records who did it and
/// what changed. A request for the labels that the stack has already changes nothing and succeeds whatever its `If-Match`, so it can be
/// repeated.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack."), IfMatchHeader),
    request_body(content = LabelsBody, content_type = "application/json"),
    responses(
        (status = 200, description = "The stack.", body = StackBody, headers(
            ("ETag" = String, description = "Send it in `If-Match` with the next write."),
        )),
        Answers,
    )
)]
#[put("/stacks/{id}/labels")]
pub(crate) async fn set_stack_labels(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let body: LabelsBody = request.body.json()?;
    let labels = StackLabels::new(body.labels)?;
    let (actor, write) = request.on_existing()?;
    let stack = api.server.set_stack_labels(&actor, StackId(*id), labels, write.if_match).await?;
    let revision = stack.revision();
    Ok(HttpResponse::Ok().insert_header(etag(revision)).json(StackBody::from(stack)))
}

#[cfg(test)]
mod tests;
