//! `GET /templates/{template}`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, ShownTemplate};
use serde::Serialize;
use utoipa::ToSchema;

use super::declaration::DeclarationBody;
use super::{TemplateBody, TemplateVersionSummary, template_name, version_tag};
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// A template with its newest version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateDetails)]
pub(crate) struct TemplateDetailsBody {
    #[serde(flatten)]
    template: TemplateBody,
    /// The newest version.
    latest: TemplateVersionSummary,
    /// What the newest version declares.
    declaration: DeclarationBody,
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, TemplateNotFound]);

/// Show a template, with what its newest version declares.
#[utoipa::path(
    tag = "templates",
    params((
        "template" = String, Path, description = "Name of the template.", example = "shop",
        pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40
    )),
    responses(
        (status = 200, description = "The template.", body = TemplateDetailsBody,
            headers(("ETag" = String, description = "Send it in `If-Match` with the next version."))),
        Answers,
    )
)]
#[get("/templates/{template}")]
pub(crate) async fn show_template(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let name = template_name(&name)?;
    answer(&api, BlockingWork::Read, async move |api| {
        let ShownTemplate { template, latest } = api.server.show_template(&caller.0, &name).await?;
        let tag = version_tag(template.latest_version);
        let body = TemplateDetailsBody {
            template: template.into(),
            latest: TemplateVersionSummary::of(&latest),
            declaration: latest.declaration.into(),
        };
        Ok(Answer::ok(body).with_header(tag))
    })
    .await
}
