//! `POST /stacks`

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{self, CreateStack, SavedDefinition};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::described::answers;
use crate::problem::{Problem, ProblemItem};
use crate::request::{DefinitionBody, DefinitionQuery, WriteUpload, read_definition};
use crate::response::{REPLAYED, etag};
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
    /// What the author should know about the definition, with positions.
    pub(crate) warnings: Vec<ProblemItem>,
    /// What to reconsider before it runs in production, in the order of the files.
    pub(crate) findings: Vec<FindingBody>,
    pub(crate) findings_summary: SummaryBody,
}

impl SavedBody {
    /// 201 with everything that was made.
    pub(crate) fn answer(made: SavedDefinition, location: &str) -> HttpResponse {
        let SavedDefinition { saved, lint } = made;
        let (findings, findings_summary) = bodies(lint);
        let mut answer = HttpResponse::Created();
        answer.insert_header((header::LOCATION, location)).insert_header(etag(saved.stack.revision()));
        if saved.replayed {
            answer.insert_header((REPLAYED, "true"));
        }
        answer.json(Self {
            warnings: warnings(&saved.version),
            findings,
            findings_summary,
            stack: saved.stack.into(),
            version: saved.version.into(),
            command: saved.command.into(),
        })
    }
}

answers!(
    Answers,
    Write,
    [NameTaken, InvalidDefinition, InvalidArchive, ArchiveTooLarge, InvalidName, IdempotencyMismatch]
);

/// Create a stack with its first version.
///
/// Saves only: nothing runs before the version is applied. The definition is a compose file, as YAML or in JSON, or a whole
/// project folder as an archive: tar, tar.gz or zip. Relative host paths in it start at `<data folder>/stacks/<stack id>`
/// on the engine's host, where the files are written when the version is applied. `${NAME}` is replaced from `variables`
/// and a `.env` among the files, never from the server's environment.
#[utoipa::path(
    tag = "stacks",
    params(
        DefinitionQuery,
        IdempotencyHeader,
    ),
    request_body(content(
        (String = "application/yaml", example = "services:\n  web:\n    image: nginx:1.27\n    ports:\n      - 8081:80\n"),
        (DefinitionBody = "application/json"),
        (Vec<u8> = "application/gzip"),
        (Vec<u8> = "application/x-tar"),
        (Vec<u8> = "application/zip"),
    )),
    responses(
        (status = 201, description = "The stack and its version 1.", body = SavedBody, headers(
            ("Location" = String, description = "Address of the stack."),
            ("ETag" = String, description = "What to send in `If-Match` with the next write."),
            ("Idempotency-Replayed" = String, description = "`true` when an earlier request with the same key made it."),
        )),
        Answers,
    )
)]
#[post("/stacks")]
pub(crate) async fn create_stack(
    api: web::Data<Api>,
    query: DefinitionQuery,
    request: WriteUpload,
) -> Result<HttpResponse, Problem> {
    let given = read_definition(&request.body, query)?;
    let wish = CreateStack {
        name: given.name,
        source: given.source,
        comment: given.comment,
        principal: request.caller.0,
        idempotency: request.idempotency,
    };
    let made = server::create_stack(&api.server, wish).await?;
    let location = format!("/api/v1/stacks/{}", made.saved.stack.id);
    Ok(SavedBody::answer(made, &location))
}

#[cfg(test)]
mod tests;
