//! `POST /catalog/import`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{
    BlockingWork, ImportTemplatesError, Imported, ImportedEntry, SkippedTemplate,
};
use serde::Serialize;
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
use crate::v1::message::MessageBody;

/// What became of the templates.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedTemplates)]
pub(crate) struct ImportedBody {
    /// Entries for the folder of the catalogue.
    entries: Vec<ImportedEntryBody>,
    /// The templates without an entry.
    skipped: Vec<SkippedBody>,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportedTemplate)]
pub(crate) struct ImportedEntryBody {
    /// The name of its file.
    #[schema(example = "my-blog.yaml")]
    file: String,
    /// Its text.
    #[schema(example = "catalog: 1\nid: my-blog\n")]
    text: String,
}

/// A template without an entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SkippedTemplate)]
pub(crate) struct SkippedBody {
    #[schema(example = "WordPress")]
    title: String,
    /// Why.
    message: MessageBody,
}

answers!(Answers, Write, []);

/// Make entries of the catalogue from Portainer's templates.
///
/// The body is a file of application templates, version 2 or 3. A template of one container becomes an entry, to be put into the
/// folder of the catalogue; the others point to an address that is never fetched, and are listed with a reason. Nothing is saved.
#[utoipa::path(
    tag = "wizard",
    request_body(content = Value, content_type = "application/json", example = json!({
        "version": "3", "templates": [{"type": 1, "title": "Blog", "image": "blog:2"}]
    })),
    responses((status = 200, description = "The entries.", body = ImportedBody), Answers)
)]
#[post("/catalog/import")]
pub(crate) async fn import_templates(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let file = body.json::<Value>()?;
    answer(&api, BlockingWork::Read, async move |api| {
        let imported = api.server.import_templates(&caller.0, file).await?;
        // Its memory is taken until it is read.
        drop(body);
        let Imported { entries, skipped } = imported;
        let entry = |ImportedEntry { file, text }| ImportedEntryBody { file, text };
        let skip = |SkippedTemplate { title, why }| SkippedBody { title, message: why.into() };
        Ok(Answer::ok(ImportedBody {
            entries: entries.into_iter().map(entry).collect(),
            skipped: skipped.into_iter().map(skip).collect(),
        }))
    })
    .await
}

impl From<ImportTemplatesError> for Problem {
    fn from(error: ImportTemplatesError) -> Self {
        match error {
            ImportTemplatesError::Forbidden(error) => error.into(),
            ImportTemplatesError::NoTemplates => Self::new(ErrorCode::InvalidRequest, said::no_templates()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    const JSON: (&str, &str) = ("Content-Type", "application/json");

    #[actix_web::test]
    async fn templates_become_files_for_the_folder() {
        let world = World::new().await;
        let body = r#"{"templates": [{"type": 1, "title": "Blog", "image": "blog:2"}, {"type": 3, "title": "Stack"}]}"#;
        let answer = world.send("POST", "/api/v1/catalog/import", &[JSON], body).await;
        let imported = answer.json();
        assert_eq!(imported["skipped"][0]["title"], "Stack", "{}", answer.text);
        let entry = &imported["entries"][0];
        world.catalog.put(entry["file"].as_str().unwrap(), entry["text"].as_str().unwrap());
        let blog = world.send("GET", "/api/v1/catalog/blog", &[], "").await.json();
        assert_eq!(blog["origin"], "folder");
        let none = world.send("POST", "/api/v1/catalog/import", &[JSON], "{}").await;
        assert_eq!(none.code(), "invalid-request");
    }
}
