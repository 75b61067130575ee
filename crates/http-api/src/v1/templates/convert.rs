//! `POST /templates/import`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{
    BlockingWork, ConvertTemplates, ConvertTemplatesError, ConvertedTemplate,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};
use crate::said;
use crate::v1::message::{MessageBody, bodies};

/// What to convert.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TemplateImport)]
pub(crate) struct TemplateImportBody {
    /// The file of application templates, version 2 or 3, or its list of templates.
    #[schema(example = json!({
        "version": "3",
        "templates": [{"type": 1, "title": "Blog", "image": "blog:2", "ports": ["8080:80/tcp"]}]
    }))]
    portainer: Value,
    /// The titles of the templates to convert; all of them if it is left out.
    #[schema(example = json!(["Blog"]))]
    titles: Option<Vec<String>>,
}

/// What the templates become. Nothing was saved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConvertedTemplates)]
pub(crate) struct ConvertedTemplatesBody {
    /// In the order of the file.
    items: Vec<ConvertedTemplateBody>,
}

/// What a template becomes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConvertedTemplate)]
pub(crate) struct ConvertedTemplateBody {
    /// A name to save it by. No other one of the answer that can be saved has it.
    #[schema(example = "blog")]
    name: String,
    /// Its title in the file.
    #[schema(example = "Blog")]
    title: String,
    /// What it is for.
    #[schema(example = "A blog with comments")]
    description: Option<String>,
    /// The compose file, to be sent to `POST /templates`; null if nothing can be made of it.
    #[schema(
        example = "x-core-monitor:\n  template:\n    title: Blog\n    parameters:\n      PORT:\n        type: host_port\n        range: 8080-8179\n\nservices:\n  blog:\n    image: blog:2\n    ports:\n      - ${PORT}:80\n"
    )]
    compose: Option<String>,
    /// What differs from the original, and what to know before an instance is launched.
    notes: Vec<MessageBody>,
    /// Why it cannot be saved as it is; null if it can.
    problem: Option<MessageBody>,
}

impl From<ConvertedTemplate> for ConvertedTemplateBody {
    fn from(converted: ConvertedTemplate) -> Self {
        let ConvertedTemplate { name, title, description, compose, notes, problem } = converted;
        let (notes, problem) = (bodies(&notes), problem.map(MessageBody::from));
        Self { name, title, description, compose, notes, problem }
    }
}

answers!(Answers, Write, []);

/// Convert Portainer's templates to templates.
///
/// A template of one container becomes a compose file with parameters for what can be chosen, to be saved with `POST /templates`.
/// The others point to an address that is never fetched, and have a `problem`. Nothing is saved: each compose file is read as if to
/// save it, and what is wrong with it is its `problem`.
#[utoipa::path(
    tag = "templates",
    request_body(content = TemplateImportBody, content_type = "application/json"),
    responses((status = 200, description = "What they become.", body = ConvertedTemplatesBody), Answers)
)]
#[post("/templates/import")]
pub(crate) async fn convert_templates(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let given = body.json::<TemplateImportBody>();
    let TemplateImportBody { portainer, titles } =
        given.map_err(|problem| problem.or_hint(said::send_portainer_file()))?;
    let request = ConvertTemplates { file: portainer, titles };
    answer(&api, BlockingWork::Definition, async move |api| {
        let converted = api.server.convert_templates(&caller.0, request).await?;
        // Its memory is taken until it is read.
        drop(body);
        let items = converted.into_iter().map(ConvertedTemplateBody::from).collect();
        Ok(Answer::ok(ConvertedTemplatesBody { items }))
    })
    .await
}

impl From<ConvertTemplatesError> for Problem {
    fn from(error: ConvertTemplatesError) -> Self {
        let message = match error {
            ConvertTemplatesError::Forbidden(error) => return error.into(),
            ConvertTemplatesError::NoTemplates => said::no_templates(),
            ConvertTemplatesError::NoSuchTitle(title) => {
                said::no_template_with_title(title.chars().take(100).collect::<String>())
            }
        };
        Self::new(ErrorCode::InvalidRequest, message)
    }
}

#[cfg(test)]
mod tests;
