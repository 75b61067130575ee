//! `POST /templates`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{
    BlockingWork, CreateTemplate, Form, SavedTemplateVersion, TemplateDefinition,
};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use super::declaration::DeclarationBody;
use super::{TemplateBody, TemplateVersionSummary, version_tag, warnings};
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::{Problem, ProblemItem};
use crate::request::{
    ARCHIVE, ArchiveQuery, Body, DefinitionBody, DefinitionQuery, GivenDefinition, Query,
    TemplateArchiveQuery, Upload, read_archive, read_definition,
};
use crate::v1::lint::{FindingBody, SummaryBody, bodies};

/// A template and the version that was saved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SavedTemplateVersion)]
pub(crate) struct SavedTemplateBody {
    template: TemplateBody,
    version: TemplateVersionSummary,
    declaration: DeclarationBody,
    /// Warnings about the definition, with positions.
    warnings: Vec<ProblemItem>,
    /// What to reconsider before it goes into production, in the order of the files.
    findings: Vec<FindingBody>,
    findings_summary: SummaryBody,
}

/// The answer to a request that saves a version of a template.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum SavedTemplateAnswer {
    /// What was saved: the template with its version 1, or the new version.
    #[response(status = 201, headers(
        ("Location" = String, description = "Path of the template, or of the new version."),
        ("ETag" = String, description = "The newest version of the template."),
    ))]
    Created(SavedTemplateBody),
}

impl SavedTemplateBody {
    /// 201 with what was saved.
    pub(super) fn answer(made: SavedTemplateVersion, location: String) -> Answer<Self> {
        let SavedTemplateVersion { saved, lint } = made;
        let (findings, findings_summary) = bodies(lint);
        let latest = saved.template.latest_version;
        let body = Self {
            version: TemplateVersionSummary::of(&saved.version),
            warnings: warnings(&saved.version),
            findings,
            findings_summary,
            template: saved.template.into(),
            declaration: saved.version.declaration.into(),
        };
        Answer::created(location, body).with_header(version_tag(latest))
    }
}

/// The definition of a template, with the name that the request gives it.
pub(super) fn definition(form: Form, given: GivenDefinition) -> (Option<String>, TemplateDefinition) {
    let GivenDefinition { name, on_failure, comment, source } = given;
    (name, TemplateDefinition { form, source, comment, on_failure })
}

answers!(Answers, Write, [TemplateNameTaken, InvalidDefinition, InvalidName]);

/// Create a template with its first version.
///
/// A template is a definition whose compose file declares parameters under `x-core-monitor.template`; each of them is a variable of
/// the compose file. It is read with sample values, so that what is wrong with it is found now. The body is that of `POST /stacks`,
/// but the `name:` of the file does not name the template, and neither `on_failure` nor secret variables are taken: a secret of an
/// instance is a parameter of the type `secret`. A compose file can also be sent as it is, as `application/yaml`, with `name` and
/// `comment` in the query.
#[utoipa::path(
    tag = "templates",
    request_body(content = DefinitionBody, content_type = "application/json"),
    responses(SavedTemplateAnswer, Answers)
)]
#[post("/templates")]
pub(crate) async fn create_template(
    api: web::Data<Api>,
    query: Query<DefinitionQuery>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let given = read_definition(&body, query.into_inner()).await?;
    create(&api, caller, Form::Text, (body, given)).await
}

answers!(
    ArchiveAnswers,
    Write,
    [TemplateNameTaken, InvalidDefinition, InvalidArchive, ArchiveTooLarge, InvalidName]
);

/// Create a template from a project folder.
///
/// Like `POST /templates`, for a whole project folder as a tar, tar.gz or zip archive.
#[utoipa::path(
    tag = "templates",
    params(TemplateArchiveQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = ARCHIVE),
    responses(SavedTemplateAnswer, ArchiveAnswers)
)]
#[post("/templates/archive")]
pub(crate) async fn create_template_from_archive(
    api: web::Data<Api>,
    query: ArchiveQuery,
    body: Upload,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let given = read_archive(&body, query).await?;
    create(&api, caller, Form::Archive, (body, given)).await
}

async fn create<const ARCHIVE: bool>(
    api: &web::Data<Api>,
    caller: Caller,
    form: Form,
    (body, given): (Body<ARCHIVE>, GivenDefinition),
) -> Result<HttpResponse, Problem> {
    let (name, definition) = definition(form, given);
    answer(api, BlockingWork::Definition, async move |api| {
        let made = api.server.create_template(&caller.0, CreateTemplate { name, definition }).await?;
        // Its memory is taken until it is saved.
        drop(body);
        let location = format!("/api/v1/templates/{}", made.saved.template.name);
        Ok(SavedTemplateBody::answer(made, location))
    })
    .await
}
