//! `GET /templates/{template}/versions/{version}/files/{path}`

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, run_blocking_async};
use core_monitor_domain::ids::VersionNumber;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::templates::template_name;
use crate::v1::versions::files::show::unless_known;

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, TemplateNotFound, FileNotFound]);

/// Read a file of a version of a template.
///
/// Returns the bytes as they were saved. They never change, so the `ETag` is the hash of the content.
#[utoipa::path(
    tag = "templates",
    params(
        ("template" = String, Path, description = "Name of the template.", example = "shop",
            pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40),
        ("version" = u32, Path, description = "Its number.", example = 1),
        ("path" = String, Path, description = "Path of the file in the project folder.", example = "conf/app.conf"),
        ("If-None-Match" = Option<String>, Header, description = "An `ETag` that is known already."),
    ),
    responses(
        (status = 200, description = "The bytes of the file.", body = Vec<u8>, content_type = "application/octet-stream",
            headers(("ETag" = String, description = "The hash of the content."))),
        (status = 304, description = "The content is the one that is known already."),
        Answers,
    )
)]
#[get("/templates/{template}/versions/{version}/files/{path:.*}")]
pub(crate) async fn show_template_file(
    api: Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(String, u32, String)>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (name, version, path) = path.into_inner();
    let (name, version) = (template_name(&name)?, VersionNumber(version));
    let read = Data::clone(&api);
    let file = run_blocking_async(BlockingWork::Read, async move || {
        read.server.show_template_file(&caller.0, &name, version, &path).await
    })
    .await?;
    unless_known(&api, &request, &file)
}
