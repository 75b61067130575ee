//! `GET /projects/{name}/definition`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, ImportedProject};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::message::{MessageBody, bodies};
use crate::v1::plans::{PlanBlockerBody, StepBody};

/// What an import would save.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportPreview)]
pub(crate) struct ImportPreviewBody {
    /// The compose file that describes the running project.
    #[schema(example = "name: shop\n\nservices:\n  web:\n    image: nginx:1.27\n")]
    compose: String,
    /// What the compose file does not carry over, and other remarks.
    notes: Vec<MessageBody>,
    /// What the first APPLY would do.
    plan: FirstPlanBody,
    /// When the project was observed.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T09:59:58Z")]
    observed_at: Timestamp,
}

/// What the first APPLY after an import would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstPlan)]
pub(crate) struct FirstPlanBody {
    /// There is nothing to do and nothing is blocked, as it should be.
    #[schema(example = true)]
    empty: bool,
    /// The plan as readable text.
    #[schema(example = "")]
    text: String,
    steps: Vec<StepBody>,
    blockers: Vec<PlanBlockerBody>,
    notes: Vec<MessageBody>,
}

impl From<ImportedProject> for ImportPreviewBody {
    fn from(imported: ImportedProject) -> Self {
        let plan = FirstPlanBody {
            empty: imported.plan.is_empty(),
            text: imported.plan.to_string(),
            steps: imported.plan.steps.into_iter().map(StepBody::from).collect(),
            blockers: imported.plan.blockers.into_iter().map(PlanBlockerBody::from).collect(),
            notes: bodies(&imported.plan.notes),
        };
        Self {
            compose: imported.compose,
            notes: bodies(&imported.notes),
            plan,
            observed_at: imported.observed_at,
        }
    }
}

answers!(
    Answers,
    Read,
    [
        InvalidRequest,
        ServerBusy,
        ProjectNotFound,
        ProjectOwned,
        NameTaken,
        InvalidName,
        InvalidDefinition,
        WorkerAway,
        EngineUnavailable
    ]
);

/// Show what an import of a running project would save.
///
/// The definition is reconstructed from the containers. Nothing is saved: `POST /projects/{name}/import` does that.
#[utoipa::path(
    tag = "projects",
    params((
        "name" = String, Path, description = "The project.", example = "shop", pattern = "^[a-z0-9][a-z0-9_-]*$",
        max_length = 63
    )),
    responses((status = 200, description = "What would be saved.", body = ImportPreviewBody), Answers)
)]
#[get("/projects/{name}/definition")]
pub(crate) async fn show_project_definition(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let preview = api.server.preview_import(&caller.0, &name).await?;
    answer(&api, BlockingWork::Read, async move |_| Ok(Answer::ok(ImportPreviewBody::from(preview)))).await
}
