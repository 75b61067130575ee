//! `POST /templates/{template}/render`

use std::collections::BTreeMap;

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{BlockingWork, Issue, Project, RenderTemplate, RenderedTemplate};
use core_monitor_domain::ids::VersionNumber;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::template_name;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::{Problem, ProblemItem};
use crate::request::{Body, NoQuery, unique_keys};
use crate::v1::lint::{FindingBody, SummaryBody, bodies};
use crate::v1::versions::model::ModelSchema;

/// What to fill in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TemplateValues)]
pub(crate) struct RenderBody {
    /// The version of the template; the newest if it is left out.
    #[schema(example = 1)]
    version: Option<u32>,
    /// The key of an instance.
    #[schema(example = "feature-42")]
    key: String,
    /// Values for the parameters, by name.
    #[serde(default, deserialize_with = "unique_keys")]
    #[schema(example = json!({"GREETING": "hello", "REPLICAS": 2}))]
    values: BTreeMap<String, Value>,
}

/// The stack that an instance would be. Nothing was saved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RenderedTemplate)]
pub(crate) struct RenderedBody {
    /// The version of the template that it is made from.
    #[schema(value_type = u32, example = 1)]
    version: VersionNumber,
    /// The name of the stack.
    #[schema(example = "shop-feature-42")]
    stack_name: String,
    /// Its plain variables.
    #[schema(example = json!({"GREETING": "hello", "INSTANCE": "feature-42", "TEMPLATE_NAME": "shop"}))]
    variables: BTreeMap<String, String>,
    /// The names of its secret variables.
    #[schema(example = json!(["DB_PASSWORD"]))]
    secret_variables: Vec<String>,
    /// The hosts that requests for it name.
    #[schema(example = json!(["feature-42.preview.localhost"]))]
    hosts: Vec<String>,
    /// The ports of the host that it would get now, by parameter.
    #[schema(example = json!({"PORT": 8002}))]
    ports: BTreeMap<String, u16>,
    /// Where it would be reached; null if nothing says so.
    #[schema(example = "http://feature-42.preview.localhost/")]
    url: Option<String>,
    /// The resolved model, in the format of `docker compose config --format json`; it shows `${NAME}` in place of the values of
    /// secret variables.
    #[schema(value_type = ModelSchema)]
    model: Project,
    /// Warnings about how the definition was read.
    warnings: Vec<ProblemItem>,
    /// What to reconsider before it goes into production, in the order of the files.
    findings: Vec<FindingBody>,
    findings_summary: SummaryBody,
}

impl From<RenderedTemplate> for RenderedBody {
    fn from(rendered: RenderedTemplate) -> Self {
        let RenderedTemplate { version, stack, variables, secrets, hosts, ports, url, definition } = rendered;
        let (findings, findings_summary) = bodies(definition.lint);
        Self {
            version,
            stack_name: stack.to_string(),
            variables,
            secret_variables: secrets.iter().map(ToString::to_string).collect(),
            hosts: hosts.iter().map(ToString::to_string).collect(),
            ports: ports.into_iter().map(|(name, port)| (name.to_string(), port)).collect(),
            url,
            model: definition.model,
            warnings: definition.warnings.into_iter().map(Issue::from).map(ProblemItem::from).collect(),
            findings,
            findings_summary,
        }
    }
}

answers!(Answers, Write, [InvalidDefinition, InvalidName, TemplateNotFound, TemplateVersionNotFound]);

/// Show what a template becomes with values.
///
/// Reads the template as if to launch an instance, but saves nothing and keeps no port. What is wrong with a value is said where the
/// compose file declares its parameter.
#[utoipa::path(
    tag = "templates",
    params((
        "template" = String, Path, description = "Name of the template.", example = "shop",
        pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40
    )),
    request_body(content = RenderBody, content_type = "application/json"),
    responses((status = 200, description = "What it becomes.", body = RenderedBody), Answers)
)]
#[post("/templates/{template}/render")]
pub(crate) async fn render_template(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let RenderBody { version, key, values } = body.json()?;
    let template = template_name(&name)?;
    let wish = RenderTemplate { template, version: version.map(VersionNumber), key, values };
    answer(&api, BlockingWork::Definition, async move |api| {
        let rendered = api.server.render_template(&caller.0, wish).await?;
        Ok(Answer::ok(RenderedBody::from(rendered)))
    })
    .await
}
