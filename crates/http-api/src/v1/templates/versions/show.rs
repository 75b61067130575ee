//! `GET /templates/{template}/versions/{version}`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, ShownTemplateVersion};
use core_monitor_domain::ids::VersionNumber;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::{Problem, ProblemItem};
use crate::request::NoQuery;
use crate::v1::templates::declaration::DeclarationBody;
use crate::v1::templates::{TemplateVersionSummary, template_name, warnings};
use crate::v1::versions::files::list::FileBody;

/// A version of a template with all its details.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVersion)]
pub(crate) struct TemplateVersionBody {
    #[serde(flatten)]
    summary: TemplateVersionSummary,
    declaration: DeclarationBody,
    /// Its plain variables, beside those of its `.env` and those that are parameters.
    #[schema(example = json!({"REGISTRY": "registry.example.com"}))]
    variables: BTreeMap<String, String>,
    /// Warnings about the definition, with positions.
    warnings: Vec<ProblemItem>,
    /// Its files, by path. Their content is under `files` below this path.
    files: Vec<FileBody>,
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, TemplateNotFound, TemplateVersionNotFound]);

/// Show a version of a template.
#[utoipa::path(
    tag = "templates",
    params(
        ("template" = String, Path, description = "Name of the template.", example = "shop",
            pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40),
        ("version" = u32, Path, description = "Its number.", example = 1),
    ),
    responses((status = 200, description = "The version.", body = TemplateVersionBody), Answers)
)]
#[get("/templates/{template}/versions/{version}")]
pub(crate) async fn show_template_version(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(String, u32)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (name, number) = (template_name(&path.0)?, VersionNumber(path.1));
    answer(&api, BlockingWork::Read, async move |api| {
        let shown = api.server.show_template_version(&caller.0, &name, number).await?;
        let ShownTemplateVersion { version, files } = shown;
        Ok(Answer::ok(TemplateVersionBody {
            summary: TemplateVersionSummary::of(&version),
            warnings: warnings(&version),
            variables: version.variables,
            declaration: version.declaration.into(),
            files: files.into_iter().map(FileBody::from).collect(),
        }))
    })
    .await
}
