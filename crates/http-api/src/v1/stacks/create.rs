//! `POST /stacks`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{BlockingWork, CreateStack, Form, SavedDefinition};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::described::answers;
use crate::problem::{Problem, ProblemItem};
use crate::request::{
    ARCHIVE, ArchiveQuery, DefinitionBody, DefinitionQuery, GivenDefinition, Query, WriteRequest,
    WriteUpload, read_archive, read_definition,
};
use crate::response::etag;
use crate::v1::commands::{CommandBody, IdempotencyHeader};
use crate::v1::lint::{FindingBody, SummaryBody, bodies};
use crate::v1::stacks::StackBody;
use crate::v1::versions::{VersionSummary, warnings};

/// A stack, the version that was saved, and the command that recorded it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SavedVersion)]
pub(crate) struct SavedBody {
    pub(crate) stack: StackBody,
    pub(crate) version: VersionSummary,
    /// `CREATE` or `UPDATE`, already `DONE`.
    pub(crate) command: CommandBody,
    /// Warnings about the definition, with positions.
    pub(crate) warnings: Vec<ProblemItem>,
    /// What to reconsider before it goes into production, in the order of the files.
    pub(crate) findings: Vec<FindingBody>,
    pub(crate) findings_summary: SummaryBody,
}

/// The answer to a request that saves a version.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum Saved {
    /// What was saved: the stack with its version 1, or the new version.
    #[response(status = 201, headers(
        ("Location" = String, description = "Path of the stack, or of the new version."),
        ("ETag" = String, description = "Send it in `If-Match` with the next write."),
        ("Idempotency-Replayed" = String, description = "`true` if an earlier request with the same key created it."),
    ))]
    Created(SavedBody),
}

impl SavedBody {
    /// 201 with everything that was created.
    pub(crate) fn answer(made: SavedDefinition, location: String) -> Answer<Self> {
        let SavedDefinition { saved, lint } = made;
        let (findings, findings_summary) = bodies(lint);
        let (revision, replayed) = (saved.stack.revision(), saved.replayed);
        let body = Self {
            warnings: warnings(&saved.version),
            findings,
            findings_summary,
            stack: saved.stack.into(),
            version: VersionSummary::of(&saved.version),
            command: saved.command.into(),
        };
        Answer::created(location, body).with_header(etag(revision)).replayed(replayed)
    }
}

answers!(Answers, Write, [NameTaken, InvalidDefinition, InvalidName, IdempotencyMismatch]);

/// Create a stack with its first version.
///
/// This only saves: nothing runs until the version is applied. A compose file can also be sent as it is, as
/// `application/yaml`, with `name` and `comment` in the query; for a whole project folder there is `POST /stacks/archive`.
/// Relative host paths are resolved against
/// `<data folder>/stacks/<stack id>` on the engine's host, where the files are written when the version is applied.
/// `${NAME}` is interpolated from `variables` and from a `.env` among the files, never from the server's environment.
#[utoipa::path(
    tag = "stacks",
    params(IdempotencyHeader),
    request_body(content = DefinitionBody, content_type = "application/json"),
    responses(Saved, Answers)
)]
#[post("/stacks")]
pub(crate) async fn create_stack(
    api: web::Data<Api>,
    query: Query<DefinitionQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let given = read_definition(&request.body, query.into_inner()).await?;
    create(&api, request, Form::Text, given).await
}

answers!(
    ArchiveAnswers,
    Write,
    [NameTaken, InvalidDefinition, InvalidArchive, ArchiveTooLarge, InvalidName, IdempotencyMismatch]
);

/// Create a stack from a project folder.
///
/// Like `POST /stacks`, for a whole project folder as a tar, tar.gz or zip archive.
#[utoipa::path(
    tag = "stacks",
    params(ArchiveQuery, IdempotencyHeader),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = ARCHIVE),
    responses(Saved, ArchiveAnswers)
)]
#[post("/stacks/archive")]
pub(crate) async fn create_stack_from_archive(
    api: web::Data<Api>,
    query: ArchiveQuery,
    request: WriteUpload,
) -> Result<HttpResponse, Problem> {
    let given = read_archive(&request.body, query).await?;
    create(&api, request, Form::Archive, given).await
}

async fn create<const ARCHIVE: bool>(
    api: &web::Data<Api>,
    request: WriteRequest<ARCHIVE>,
    form: Form,
    given: GivenDefinition,
) -> Result<HttpResponse, Problem> {
    let wish = CreateStack {
        name: given.name,
        on_failure: given.on_failure.unwrap_or_default(),
        form,
        source: given.source,
        comment: given.comment,
        idempotency: request.idempotency.clone(),
    };
    answer(api, BlockingWork::Definition, async move |api| {
        let made = api.server.create_stack(&request.caller.0, wish).await?;
        let location = format!("/api/v1/stacks/{}", made.saved.stack.id);
        Ok(SavedBody::answer(made, location))
    })
    .await
}

#[cfg(test)]
mod tests;
