//! `GET /templates/{template}/versions/{from_version}/diff/{to_version}`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::VersionNumber;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::templates::template_name;
use crate::v1::versions::diff::FileDiffBody;

/// The differences between two versions of a template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateDiff)]
pub(crate) struct TemplateDiffBody {
    #[schema(example = 1)]
    from_version: u32,
    #[schema(example = 2)]
    to_version: u32,
    /// The unified diffs of all files, one after the other; empty if no file differs.
    #[schema(
        example = "--- a/compose.yaml\n+++ b/compose.yaml\n@@ -1,3 +1,3 @@\n services:\n   web:\n-    image: nginx:1.26\n+    image: nginx:1.27\n"
    )]
    text: String,
    /// The files that differ.
    files: Vec<FileDiffBody>,
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, TemplateNotFound, TemplateVersionNotFound]);

/// Compare two versions of a template.
///
/// Only files are compared: what they mean depends on the values of an instance.
#[utoipa::path(
    tag = "templates",
    params(
        ("template" = String, Path, description = "Name of the template.", example = "shop",
            pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40),
        ("from_version" = u32, Path, description = "The version to compare from.", example = 1),
        ("to_version" = u32, Path, description = "The version to compare to.", example = 2),
    ),
    responses((status = 200, description = "The difference.", body = TemplateDiffBody), Answers)
)]
#[get("/templates/{template}/versions/{from_version}/diff/{to_version}")]
pub(crate) async fn diff_template_versions(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(String, u32, u32)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (name, from, to) = path.into_inner();
    let name = template_name(&name)?;
    let numbers = (VersionNumber(from), VersionNumber(to));
    // As slow as a definition, if many files differ.
    answer(&api, BlockingWork::Definition, async move |api| {
        let diff = api.server.diff_template_versions(&caller.0, &name, numbers.0, numbers.1).await?;
        Ok(Answer::ok(TemplateDiffBody {
            from_version: from,
            to_version: to,
            text: diff.iter().map(|file| file.unified.as_str()).collect(),
            files: diff.into_iter().map(FileDiffBody::from).collect(),
        }))
    })
    .await
}
