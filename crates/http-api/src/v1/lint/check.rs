//! `POST /lint`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{BlockingWork, Form, Issue, Project};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::{Problem, ProblemItem};
use crate::request::{
    ARCHIVE, ArchiveQuery, Body, DefinitionBody, DefinitionQuery, GivenDefinition, Query, Upload,
    read_archive, read_definition,
};
use crate::v1::lint::{FindingBody, SummaryBody, bodies};
use crate::v1::versions::model::ModelSchema;

/// Warnings and findings about a valid definition.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LintReport)]
pub(crate) struct LintBody {
    /// Warnings about how the definition was read.
    warnings: Vec<ProblemItem>,
    /// What to reconsider before it goes into production, in the order of the files.
    findings: Vec<FindingBody>,
    summary: SummaryBody,
    /// The resolved model, in the format of `docker compose config --format json`; it shows `${NAME}` in place of the values of
    /// secret variables.
    #[schema(value_type = ModelSchema)]
    model: Project,
}

answers!(Answers, Write, [InvalidDefinition, InvalidName]);

/// Check a definition without saving it.
///
/// Reads the definition as `POST /stacks` would, but stores nothing. An invalid definition is refused with the same errors;
/// for a valid one, the response lists findings: what would fail, is open to anybody, or may cause trouble later. Findings
/// never prevent a definition from being saved. `docs/reference/lint.md` explains every code and how to suppress it.
#[utoipa::path(
    tag = "lint",
    request_body(content = DefinitionBody, content_type = "application/json"),
    responses((status = 200, description = "The definition is valid.", body = LintBody), Answers)
)]
#[post("/lint")]
pub(crate) async fn lint_definition(
    api: web::Data<Api>,
    query: Query<DefinitionQuery>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let given = read_definition(&body, query.into_inner()).await?;
    report(&api, caller, Form::Text, (body, given)).await
}

answers!(ArchiveAnswers, Write, [InvalidDefinition, InvalidArchive, ArchiveTooLarge, InvalidName]);

/// Check a project folder without saving it.
///
/// Like `POST /lint`, for the archive that `POST /stacks/archive` would take.
#[utoipa::path(
    tag = "lint",
    params(ArchiveQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = ARCHIVE),
    responses((status = 200, description = "The definition is valid.", body = LintBody), ArchiveAnswers)
)]
#[post("/lint/archive")]
pub(crate) async fn lint_archive(
    api: web::Data<Api>,
    query: ArchiveQuery,
    body: Upload,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let given = read_archive(&body, query).await?;
    report(&api, caller, Form::Archive, (body, given)).await
}

async fn report<const ARCHIVE: bool>(
    api: &web::Data<Api>,
    caller: Caller,
    form: Form,
    (body, given): (Body<ARCHIVE>, GivenDefinition),
) -> Result<HttpResponse, Problem> {
    answer(api, BlockingWork::Definition, async move |api| {
        let definition = api.server.lint_definition(&caller.0, form, given.name, &given.source).await?;
        // Its memory is taken until it is read.
        drop(body);
        let warnings = definition.warnings.into_iter().map(Issue::from).map(ProblemItem::from).collect();
        let (findings, summary) = bodies(definition.lint);
        Ok(Answer::ok(LintBody { warnings, findings, summary, model: definition.model }))
    })
    .await
}

#[cfg(test)]
mod tests;
