//! `POST /projects/{name}/import`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{self, ImportProject, ImportedProject};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WriteRequest, check_comment};
use crate::response::{REPLAYED, etag};
use crate::v1::commands::{CommandBody, IdempotencyHeader};
use crate::v1::plans::{PlanProblemBody, StepBody};
use crate::v1::stacks::StackBody;
use crate::v1::versions::VersionSummary;

/// How to import.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Only say what would be saved.
    #[serde(default)]
    #[param(example = true)]
    dry_run: bool,
    /// Why this version was made.
    #[param(max_length = 2000)]
    comment: Option<String>,
}

/// What was read back from a project.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportPreview)]
pub(crate) struct ImportPreviewBody {
    /// The compose file that describes what runs.
    #[schema(example = "name: shop\n\nservices:\n  web:\n    image: nginx:1.27\n")]
    compose: String,
    /// What it does not carry over, and what else a person should know.
    #[schema(example = json!(["the address range of `shop_default` looks like the engine's own choice and is left to it"]))]
    notes: Vec<String>,
    /// What the first APPLY would do.
    plan: FirstPlanBody,
    /// When the project was looked at.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T09:59:58Z")]
    observed_at: Timestamp,
}

/// What the first APPLY after an import would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstPlan)]
pub(crate) struct FirstPlanBody {
    /// Nothing to do and nothing in the way, which is how it should be.
    #[schema(example = true)]
    empty: bool,
    /// The plan for people.
    #[schema(example = "")]
    text: String,
    steps: Vec<StepBody>,
    problems: Vec<PlanProblemBody>,
    notes: Vec<String>,
}

/// A project that is a stack now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedProject)]
pub(crate) struct ImportedBody {
    stack: StackBody,
    version: VersionSummary,
    /// `CREATE`, already `DONE`.
    command: CommandBody,
    import: ImportPreviewBody,
}

impl From<ImportedProject> for ImportPreviewBody {
    fn from(imported: ImportedProject) -> Self {
        let plan = FirstPlanBody {
            empty: imported.plan.is_empty(),
            text: imported.plan.to_string(),
            steps: imported.plan.steps.iter().map(StepBody::from).collect(),
            problems: imported.plan.problems.into_iter().map(PlanProblemBody::from).collect(),
            notes: imported.plan.notes,
        };
        Self { compose: imported.compose, notes: imported.notes, plan, observed_at: imported.observed_at }
    }
}

answers!(
    Answers,
    Write,
    [
        ProjectNotFound,
        ProjectOwned,
        NameTaken,
        InvalidName,
        InvalidDefinition,
        IdempotencyMismatch,
        WorkerAway,
        EngineUnavailable
    ]
);

/// Import a compose project that runs on the host.
///
/// Its definition is read back from its containers and saved as version 1 of a new stack, which counts as applied; the
/// containers, networks and volumes become the stack's as they are, and nothing restarts. From then on they are changed,
/// stopped and deleted with the stack: **a delete with `volumes` removes the project's volumes with their data**. What the
/// definition cannot say is in `notes`; read them with `dry_run=true` before. Docker compose goes on seeing the project by
/// its labels, so its `up` and `down` should not be used on it any more.
#[utoipa::path(
    tag = "projects",
    params(
        ImportQuery,
        ("name" = String, Path, description = "The project.", example = "shop", pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 63),
        IdempotencyHeader,
    ),
    responses(
        (status = 200, description = "What would be saved, with `dry_run=true`.", body = ImportPreviewBody),
        (status = 201, description = "The stack with its version 1.", body = ImportedBody, headers(
            ("Location" = String, description = "Address of the stack."),
            ("ETag" = String, description = "What to send in `If-Match` with the next write."),
            ("Idempotency-Replayed" = String, description = "`true` when an earlier request with the same key made it."),
        )),
        Answers,
    )
)]
#[post("/projects/{name}/import")]
pub(crate) async fn import_project(
    api: web::Data<Api>,
    name: web::Path<String>,
    query: Query<ImportQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let ImportQuery { dry_run, comment } = query.into_inner();
    check_comment(comment.as_deref().unwrap_or_default())?;
    if dry_run {
        let preview = server::preview_import(&api.server, &name).await?;
        return Ok(HttpResponse::Ok().json(ImportPreviewBody::from(preview)));
    }
    let wish = ImportProject {
        name: name.into_inner(),
        comment: comment.unwrap_or_default(),
        principal: request.caller.0,
        idempotency: request.idempotency,
    };
    let (saved, imported) = server::import_project(&api.server, wish).await?;
    let mut answer = HttpResponse::Created();
    let location = format!("/api/v1/stacks/{}", saved.stack.id);
    answer.insert_header((header::LOCATION, location)).insert_header(etag(saved.stack.revision()));
    if saved.replayed {
        answer.insert_header((REPLAYED, "true"));
    }
    Ok(answer.json(ImportedBody {
        stack: saved.stack.into(),
        version: saved.version.into(),
        command: saved.command.into(),
        import: imported.into(),
    }))
}

#[cfg(test)]
mod tests;
