//! `GET /stacks/{id}/versions/{version}/files/{path}`

use std::sync::Arc;

use actix_web::http::header::{self, EntityTag, Header as _, IfNoneMatch};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, run_blocking_async};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::stack_version::SourceFile;
use uuid::Uuid;

use crate::answer::bytes;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, StackNotFound, FileNotFound]);

/// Read a file of a version.
///
/// Returns the bytes as they were saved. They never change, so the `ETag` is the hash of the content.
#[utoipa::path(
    tag = "versions",
    params(
        ("id" = Uuid, Path, description = "The stack."),
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
#[get("/stacks/{id}/versions/{version}/files/{path:.*}")]
pub(crate) async fn show_version_file(
    api: Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(Uuid, u32, String)>,
    request: HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (stack, version, path) = path.into_inner();
    let (stack, version) = (StackId(stack), VersionNumber(version));
    let read = Data::clone(&api);
    let file = run_blocking_async(BlockingWork::Read, async move || {
        read.server.show_version_file(&caller.0, stack, version, &path).await
    })
    .await?;
    unless_known(&api, &request, &file)
}

/// The bytes of a file, or only that it is the one which the client has.
pub(crate) fn unless_known(
    api: &Api,
    request: &HttpRequest,
    file: &SourceFile,
) -> Result<HttpResponse, Problem> {
    let tag = EntityTag::new_strong(file.hash().to_string());
    let is_known = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        // A header that cannot be read is ignored: the client gets the content.
        Err(_) => false,
    };
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header(header::ETag(tag));
    if is_known {
        return Ok(answer.finish());
    }
    answer
        // Browsers must only ever save the file, whatever its type.
        .insert_header((header::CONTENT_TYPE, "application/octet-stream"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"));
    bytes(api, answer, Bytes::from_owner(Arc::clone(file.bytes())))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn a_file_is_read_byte_by_byte() {
        let world = World::new().await;
        let stack = world.create_folder("shop", &[("conf/a b.html", "<script>\0</script>")]).await;
        let address = format!("/api/v1/stacks/{stack}/versions/1/files");
        let file = world.send("GET", &format!("{address}/conf/a%20b.html"), &[], "").await;
        assert_eq!((file.status, file.text.as_str()), (StatusCode::OK, "<script>\0</script>"));
        assert_eq!(file.header("content-type"), Some("application/octet-stream"));
        assert_eq!(file.header("content-disposition"), Some("attachment"));
        let tag = file.header("etag").unwrap().to_owned();
        let again =
            world.send("GET", &format!("{address}/conf/a%20b.html"), &[("If-None-Match", &tag)], "").await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
        let odd = world
            .send("GET", &format!("{address}/conf/a%20b.html"), &[("If-None-Match", "\u{e9}")], "")
            .await;
        assert_eq!(odd.status, StatusCode::OK, "a header that says nothing is as good as none");
        for path in ["conf", "conf/../compose.yaml", "..%2f..%2fetc%2fpasswd", "x"] {
            let missing = world.send("GET", &format!("{address}/{path}"), &[], "").await;
            assert_eq!(missing.code(), "file-not-found", "{path}");
        }
    }
}
