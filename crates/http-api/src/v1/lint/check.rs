//! `POST /lint`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{self, Issue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::described::answers;
use crate::problem::{Problem, ProblemItem};
use crate::request::{DefinitionBody, DefinitionQuery, Upload, read_definition};
use crate::v1::lint::{FindingBody, SummaryBody, bodies};

/// What there is to say about a definition that could be saved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LintReport)]
pub(crate) struct LintBody {
    /// What the author should know about how the definition was read.
    warnings: Vec<ProblemItem>,
    /// What to reconsider before it runs in production, in the order of the files.
    findings: Vec<FindingBody>,
    summary: SummaryBody,
}

answers!(Answers, Write, [InvalidDefinition, InvalidArchive, ArchiveTooLarge, InvalidName]);

/// Check a definition without saving it.
///
/// Reads it as creating a stack would, and stores nothing. A definition that would be refused is refused here with the same
/// errors; any other gets its findings: what would fail, is open to anybody, or will hurt one day. Findings never keep a
/// definition from being saved. `docs/reference/lint.md` explains every code, and how to ignore one on purpose.
#[utoipa::path(
    tag = "lint",
    params(DefinitionQuery),
    request_body(content(
        (String = "application/yaml", example = "services:\n  web:\n    image: nginx\n    ports:\n      - 8081:80\n"),
        (DefinitionBody = "application/json"),
        (Vec<u8> = "application/gzip"),
        (Vec<u8> = "application/x-tar"),
        (Vec<u8> = "application/zip"),
    )),
    responses((status = 200, description = "It could be saved; what to reconsider.", body = LintBody), Answers)
)]
#[post("/lint")]
pub(crate) async fn lint_definition(
    api: web::Data<Api>,
    query: DefinitionQuery,
    body: Upload,
) -> Result<HttpResponse, Problem> {
    let given = read_definition(&body, query)?;
    let definition = server::lint_definition(&api.server, given.name, &given.source).await?;
    let warnings = definition.warnings.into_iter().map(Issue::from).map(ProblemItem::from).collect();
    let (findings, summary) = bodies(definition.lint);
    Ok(HttpResponse::Ok().json(LintBody { warnings, findings, summary }))
}

#[cfg(test)]
mod tests;
