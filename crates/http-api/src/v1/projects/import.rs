//! `POST /projects/{name}/import`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{BlockingWork, ImportProject};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WriteRequest, check_comment};
use crate::response::etag;
use crate::v1::commands::{CommandBody, IdempotencyHeader};
use crate::v1::projects::definition::ImportPreviewBody;
use crate::v1::stacks::StackBody;
use crate::v1::versions::VersionSummary;

/// Options of an import.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Why this version was made.
    #[param(max_length = 2000)]
    comment: Option<String>,
}

/// An imported project.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedProject)]
pub(crate) struct ImportedBody {
    stack: StackBody,
    version: VersionSummary,
    /// `CREATE`, already `DONE`.
    command: CommandBody,
    /// What was saved, as the preview shows it.
    preview: ImportPreviewBody,
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
/// The definition is reconstructed from the containers and saved as version 1 of a new stack, which counts as applied. The
/// stack takes over the containers, networks and volumes as they are; nothing restarts. From then on they are changed,
/// stopped and deleted with the stack: **a delete with `volumes` removes the project's volumes with their data**. `notes`
/// lists what the definition cannot express; `GET /projects/{name}/definition` shows them first. Docker Compose still recognises the
/// project by its labels, so stop using its `up` and `down` on it.
#[utoipa::path(
    tag = "projects",
    params(
        ImportQuery,
        ("name" = String, Path, description = "The project.", example = "shop", pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 63),
        IdempotencyHeader,
    ),
    responses(
        (status = 201, description = "The stack and its version 1.", body = ImportedBody, headers(
            ("Location" = String, description = "Path of the stack."),
            ("ETag" = String, description = "Send it in `If-Match` with the next write."),
            ("Idempotency-Replayed" = String, description = "`true` if an earlier request with the same key created it."),
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
    let comment = query.into_inner().comment;
    check_comment(comment.as_deref().unwrap_or_default())?;
    let wish = ImportProject {
        name: name.into_inner(),
        comment: comment.unwrap_or_default(),
        idempotency: request.idempotency,
    };
    let (saved, imported) = api.server.import_project(&request.caller.0, wish).await?;
    answer(&api, BlockingWork::Read, async move |_| {
        let location = format!("/api/v1/stacks/{}", saved.stack.id);
        let (revision, replayed) = (saved.stack.revision(), saved.replayed);
        let body = ImportedBody {
            stack: saved.stack.into(),
            version: VersionSummary::of(&saved.version),
            command: saved.command.into(),
            preview: imported.into(),
        };
        Ok(Answer::created(location, body).with_header(etag(revision)).replayed(replayed))
    })
    .await
}

#[cfg(test)]
mod tests;
