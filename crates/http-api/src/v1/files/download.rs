//! `GET` of `/content` and `/archive` below `/containers/{id}/files` and `/volumes/{name}/files`

use std::fmt::Write as _;

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponse, HttpResponseBuilder, get, web};
use core_monitor_application::server::{Fetched, FilesOf};
use core_monitor_domain::container_file::Download;
use core_monitor_domain::ports::{Feed, LinkError};
use futures::{Stream, stream};

use super::{ContainerReadAnswers, FileQuery, VolumeReadAnswers, of_container, of_volume};
use crate::api::Api;
use crate::caller::Caller;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::Query;
use crate::said;

/// Download a file of a container of a stack.
///
/// The content is sent as it is, for saving: never with a type that a browser would show. Downloads are in the audit.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1"), FileQuery),
    responses(
        (status = 200, description = "The content.", content_type = "application/octet-stream", body = Vec<u8>),
        ContainerReadAnswers
    )
)]
#[get("/containers/{id}/files/content")]
pub(crate) async fn download_container_file(
    api: web::Data<Api>,
    id: web::Path<String>,
    query: Query<FileQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    content(&api, &caller, &of_container(id.into_inner()), query.path()).await
}

/// Download a file of a volume of a stack.
///
/// As the same of a container. Downloads are in the audit.
#[utoipa::path(
    tag = "containers",
    params(("name" = String, Path, description = "The name of the volume.", example = "shop_data"), FileQuery),
    responses(
        (status = 200, description = "The content.", content_type = "application/octet-stream", body = Vec<u8>),
        VolumeReadAnswers
    )
)]
#[get("/volumes/{name}/files/content")]
pub(crate) async fn download_volume_file(
    api: web::Data<Api>,
    name: web::Path<String>,
    query: Query<FileQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    content(&api, &caller, &of_volume(name.into_inner()), query.path()).await
}

/// Download a folder of a container of a stack, as a tar.
///
/// With everything below it, or a file with its owner and mode. If the archive has no end, it was more than `files_limit`, or the
/// connection was lost. Downloads are in the audit.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1"), FileQuery),
    responses(
        (status = 200, description = "The archive.", content_type = "application/x-tar", body = Vec<u8>),
        ContainerReadAnswers
    )
)]
#[get("/containers/{id}/files/archive")]
pub(crate) async fn download_container_folder(
    api: web::Data<Api>,
    id: web::Path<String>,
    query: Query<FileQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    archive(&api, &caller, &of_container(id.into_inner()), query.path()).await
}

/// Download a folder of a volume of a stack, as a tar.
///
/// As the same of a container. Downloads are in the audit.
#[utoipa::path(
    tag = "containers",
    params(("name" = String, Path, description = "The name of the volume.", example = "shop_data"), FileQuery),
    responses(
        (status = 200, description = "The archive.", content_type = "application/x-tar", body = Vec<u8>),
        VolumeReadAnswers
    )
)]
#[get("/volumes/{name}/files/archive")]
pub(crate) async fn download_volume_folder(
    api: web::Data<Api>,
    name: web::Path<String>,
    query: Query<FileQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    archive(&api, &caller, &of_volume(name.into_inner()), query.path()).await
}

async fn content(api: &Api, caller: &Caller, of: &FilesOf, path: &str) -> Result<HttpResponse, Problem> {
    let Fetched { entry, content } = api.server.fetch_file(&caller.0, of, path, Download::Content).await?;
    let mut answer = attachment("application/octet-stream", &entry.name);
    Ok(answer.body(SizedStream::new(entry.size, parts(content))))
}

async fn archive(api: &Api, caller: &Caller, of: &FilesOf, path: &str) -> Result<HttpResponse, Problem> {
    let Fetched { entry, content } = api.server.fetch_file(&caller.0, of, path, Download::Archive).await?;
    let mut answer = attachment("application/x-tar", &format!("{}.tar", entry.name));
    Ok(answer.streaming(parts(content)))
}

/// The beginning of an answer that a browser saves.
fn attachment(kind: &'static str, name: &str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.content_type(kind).insert_header((header::CONTENT_DISPOSITION, disposition(name)));
    answer
}

/// A name that no header and no file system takes for something else (RFC 6266): plain letters for old clients, and the whole in
/// UTF-8.
fn disposition(name: &str) -> String {
    let plain = |char: char| if char.is_ascii_alphanumeric() || ".-_ ".contains(char) { char } else { '_' };
    let safe: String = name.chars().map(plain).collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            whole.push(byte.into());
        } else {
            // Writing to a String cannot fail.
            let _ = write!(whole, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{safe}\"; filename*=UTF-8''{whole}")
}

/// The parts of a body. A failure breaks it off, which a client notices.
fn parts(content: Box<dyn Feed<Vec<u8>, LinkError>>) -> impl Stream<Item = Result<Bytes, Error>> {
    Box::pin(stream::try_unfold(content, async |mut content| match content.next().await {
        Ok(Some(part)) => Ok(Some((Bytes::from(part), content))),
        Ok(None) => Ok(None),
        Err(error) => {
            tracing::warn!(%error, "a download was broken off");
            Err(Problem::new(ErrorCode::EngineUnavailable, said::download_broken_off(error)).into())
        }
    }))
}

#[cfg(test)]
mod names {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let check = |name: &str, expected: &str| assert_eq!(disposition(name), expected);
        check("a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt");
        check(
            "\"; x=\\\r\nü/..",
            "attachment; filename=\"__ x______..\"; filename*=UTF-8''%22%3B%20x%3D%5C%0D%0A%C3%BC%2F..",
        );
    }
}
