//! `POST /templates/{template}/versions`

use actix_web::{HttpRequest, HttpResponse, post, web};
use core_monitor_application::server::{BlockingWork, Form, SaveTemplateVersion};
use core_monitor_domain::ids::VersionNumber;

use crate::answer::answer;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{
    ARCHIVE, ArchiveQuery, Body, DefinitionBody, DefinitionQuery, GivenDefinition, Query, Upload,
    VersionQuery, expected_version, read_archive, read_definition,
};
use crate::v1::templates::create::{SavedTemplateAnswer, SavedTemplateBody, definition};
use crate::v1::templates::template_name;

/// What a request says besides its body.
struct Wanted {
    template: String,
    expected: Option<VersionNumber>,
    form: Form,
}

answers!(Answers, Write, [InvalidDefinition, TemplateNotFound, TemplateChanged]);

/// Save a new version of a template.
///
/// New instances are made from it. Those that there are stay as they are until they are upgraded. The body is that of
/// `POST /templates`.
#[utoipa::path(
    tag = "templates",
    params(
        ("template" = String, Path, description = "Name of the template.", example = "shop",
            pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40),
        ("If-Match" = Option<String>, Header,
            description = "The `ETag` of the template: saves only if its newest version is still that one."),
    ),
    request_body(content = DefinitionBody, content_type = "application/json"),
    responses(SavedTemplateAnswer, Answers)
)]
#[post("/templates/{template}/versions")]
pub(crate) async fn save_template_version(
    api: web::Data<Api>,
    name: web::Path<String>,
    query: Query<DefinitionQuery>,
    request: HttpRequest,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let expected = expected_version(&request)?;
    let given = read_definition(&body, query.into_inner()).await?;
    let wanted = Wanted { template: name.into_inner(), expected, form: Form::Text };
    save(&api, caller, wanted, (body, given)).await
}

answers!(
    ArchiveAnswers,
    Write,
    [InvalidDefinition, InvalidArchive, ArchiveTooLarge, TemplateNotFound, TemplateChanged]
);

/// Save a new version of a template from a project folder.
///
/// Like `POST /templates/{template}/versions`, for a whole project folder as a tar, tar.gz or zip archive.
#[utoipa::path(
    tag = "templates",
    params(
        VersionQuery,
        ("template" = String, Path, description = "Name of the template.", example = "shop",
            pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40),
        ("If-Match" = Option<String>, Header,
            description = "The `ETag` of the template: saves only if its newest version is still that one."),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = ARCHIVE),
    responses(SavedTemplateAnswer, ArchiveAnswers)
)]
#[post("/templates/{template}/versions/archive")]
pub(crate) async fn save_template_version_from_archive(
    api: web::Data<Api>,
    name: web::Path<String>,
    query: ArchiveQuery,
    request: HttpRequest,
    body: Upload,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let expected = expected_version(&request)?;
    let given = read_archive(&body, query).await?;
    let wanted = Wanted { template: name.into_inner(), expected, form: Form::Archive };
    save(&api, caller, wanted, (body, given)).await
}

async fn save<const ARCHIVE: bool>(
    api: &web::Data<Api>,
    caller: Caller,
    wanted: Wanted,
    (body, given): (Body<ARCHIVE>, GivenDefinition),
) -> Result<HttpResponse, Problem> {
    let Wanted { template, expected, form } = wanted;
    let template = template_name(&template)?;
    let (name, definition) = definition(form, given);
    let wish = SaveTemplateVersion { template, name, expected, definition };
    answer(api, BlockingWork::Definition, async move |api| {
        let made = api.server.save_template_version(&caller.0, wish).await?;
        // Its memory is taken until it is saved.
        drop(body);
        let (name, version) = (&made.saved.template.name, made.saved.version.version);
        let location = format!("/api/v1/templates/{name}/versions/{version}");
        Ok(SavedTemplateBody::answer(made, location))
    })
    .await
}
