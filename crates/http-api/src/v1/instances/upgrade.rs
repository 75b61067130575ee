//! `POST /templates/{template}/instances/{key}/upgrade`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{BlockingWork, LaunchedInstance, UpgradeInstance};
use core_monitor_domain::ids::VersionNumber;
use serde::Deserialize;
use utoipa::ToSchema;

use super::launch::LaunchedBody;
use super::{InstanceBody, names};
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, Query, WaitQuery, check_comment, patience};
use crate::v1::commands::CommandBody;

/// To which version of its template.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpgradeRequest)]
pub(crate) struct UpgradeBody {
    /// The version of the template; the newest one if null. An earlier one is as good.
    #[serde(default)]
    #[schema(value_type = Option<u32>, example = 2)]
    version: Option<VersionNumber>,
    /// Why.
    #[serde(default)]
    #[schema(example = "newer base image")]
    comment: Option<String>,
}

answers!(
    Answers,
    Write,
    [
        TemplateNotFound,
        InstanceNotFound,
        TemplateVersionNotFound,
        InvalidName,
        InvalidDefinition,
        InstanceChanged
    ]
);

/// Make an instance from another version of its template.
///
/// It keeps its values, ports and secrets. Saves a version of its stack and applies it; if that fails, the instance goes back to
/// what it was.
#[utoipa::path(
    tag = "instances",
    params(
        WaitQuery,
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ),
    request_body(content = Option<UpgradeBody>, content_type = "application/json"),
    responses((status = 200, description = "The instance.", body = LaunchedBody), Answers)
)]
#[post("/templates/{template}/instances/{key}/upgrade")]
pub(crate) async fn upgrade_instance(
    api: web::Data<Api>,
    query: Query<WaitQuery>,
    path: web::Path<(String, String)>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let UpgradeBody { version, comment } = body.json_or_default()?;
    let comment = comment.unwrap_or_default();
    check_comment(&comment)?;
    let (template, key) = names(&path)?;
    let patience = api.patience(patience(query.wait)?);
    let request = UpgradeInstance { template, key, version, comment };
    answer(&api, BlockingWork::Definition, async move |api| {
        let template = request.template.clone();
        let upgraded = api.server.upgrade_instance(&caller.0, request, &patience).await?;
        let LaunchedInstance { listed, command, .. } = upgraded;
        let instance = InstanceBody::of(&template, listed);
        Ok(Answer::ok(LaunchedBody { instance, command: command.map(CommandBody::from) }))
    })
    .await
}
