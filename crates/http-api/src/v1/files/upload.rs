//! `PUT` of `/content` and `/archive` below `/containers/{id}/files` and `/volumes/{name}/files`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, put, web};
use core_monitor_application::server::FilesOf;
use core_monitor_domain::container_file::Upload;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{FileQuery, of_container, of_volume};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{ArtifactBody, Query, SentAs, announced, too_large};
use crate::said;

/// Which file, and how it looks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// The absolute path of the file; in a volume, `/` is the volume. Its folder must exist.
    path: Option<String>,
    /// Its permissions, in octal digits. Without it, those of the file that is replaced, else 644.
    #[param(pattern = "^[0-7]{1,4}$")]
    mode: Option<String>,
    /// The number of its owner. Without it, that of the file that is replaced, else 0.
    uid: Option<u32>,
    /// The number of its group. Without it, that of the file that is replaced, else 0.
    gid: Option<u32>,
}

impl UploadQuery {
    fn path(&self) -> &str {
        self.path.as_deref().unwrap_or("/")
    }
}

/// What was written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UploadedFiles)]
pub(crate) struct UploadedBody {
    /// How many bytes the body had.
    #[schema(example = 1024)]
    bytes: u64,
}

answers!(
    ContainerFileAnswers,
    Act,
    [
        InvalidRequest,
        ContainerNotFound,
        InvalidPath,
        PathNotFound,
        PathRefused,
        InvalidUpload,
        LengthRequired,
        BodyTooLarge,
        RequestTimeout,
        UnsupportedMediaType,
        TooManyTransfers,
        WorkerAway,
        EngineUnavailable,
    ]
);
answers!(
    VolumeFileAnswers,
    Act,
    [
        InvalidRequest,
        VolumeNotFound,
        VolumeNotMounted,
        InvalidPath,
        PathNotFound,
        PathRefused,
        InvalidUpload,
        LengthRequired,
        BodyTooLarge,
        RequestTimeout,
        UnsupportedMediaType,
        TooManyTransfers,
        WorkerAway,
        EngineUnavailable,
    ]
);
answers!(
    ContainerFolderAnswers,
    Act,
    [
        InvalidRequest,
        ContainerNotFound,
        InvalidPath,
        PathNotFound,
        PathRefused,
        InvalidUpload,
        BodyTooLarge,
        RequestTimeout,
        UnsupportedMediaType,
        TooManyTransfers,
        WorkerAway,
        EngineUnavailable,
    ]
);
answers!(
    VolumeFolderAnswers,
    Act,
    [
        InvalidRequest,
        VolumeNotFound,
        VolumeNotMounted,
        InvalidPath,
        PathNotFound,
        PathRefused,
        InvalidUpload,
        BodyTooLarge,
        RequestTimeout,
        UnsupportedMediaType,
        TooManyTransfers,
        WorkerAway,
        EngineUnavailable,
    ]
);

/// Upload a file into a container of a stack.
///
/// The body is the content, with its length in `Content-Length`. A file that is there is replaced and keeps owner and mode; a
/// folder or a symbolic link is not. An upload that is interrupted may leave a part of the file. Uploads are in the audit.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1"), UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "It was written.", body = UploadedBody), ContainerFileAnswers)
)]
#[put("/containers/{id}/files/content")]
pub(crate) async fn upload_container_file(
    api: web::Data<Api>,
    id: web::Path<String>,
    query: Query<UploadQuery>,
    request: HttpRequest,
    payload: web::Payload,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let upload = file(&query, &request)?;
    let of = of_container(id.into_inner());
    put(&api, &caller, &of, (query.path(), upload), (&request, payload)).await
}

/// Upload a file into a volume of a stack.
///
/// As the same of a container. Uploads are in the audit.
#[utoipa::path(
    tag = "containers",
    params(("name" = String, Path, description = "The name of the volume.", example = "shop_data"), UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "It was written.", body = UploadedBody), VolumeFileAnswers)
)]
#[put("/volumes/{name}/files/content")]
pub(crate) async fn upload_volume_file(
    api: web::Data<Api>,
    name: web::Path<String>,
    query: Query<UploadQuery>,
    request: HttpRequest,
    payload: web::Payload,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let upload = file(&query, &request)?;
    let of = of_volume(name.into_inner());
    put(&api, &caller, &of, (query.path(), upload), (&request, payload)).await
}

/// Upload files into a folder of a container of a stack, as a tar.
///
/// The body is an uncompressed tar, which the engine unpacks below the folder: a compressed one would be unpacked with programs of
/// the container, and is refused. Uploads are in the audit.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1"), FileQuery),
    request_body(content = Vec<u8>, content_type = "application/x-tar"),
    responses((status = 200, description = "They were written.", body = UploadedBody), ContainerFolderAnswers)
)]
#[put("/containers/{id}/files/archive")]
pub(crate) async fn upload_container_folder(
    api: web::Data<Api>,
    id: web::Path<String>,
    query: Query<FileQuery>,
    request: HttpRequest,
    payload: web::Payload,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let of = of_container(id.into_inner());
    put(&api, &caller, &of, (query.path(), Upload::Archive), (&request, payload)).await
}

/// Upload files into a folder of a volume of a stack, as a tar.
///
/// As the same of a container. Uploads are in the audit.
#[utoipa::path(
    tag = "containers",
    params(("name" = String, Path, description = "The name of the volume.", example = "shop_data"), FileQuery),
    request_body(content = Vec<u8>, content_type = "application/x-tar"),
    responses((status = 200, description = "They were written.", body = UploadedBody), VolumeFolderAnswers)
)]
#[put("/volumes/{name}/files/archive")]
pub(crate) async fn upload_volume_folder(
    api: web::Data<Api>,
    name: web::Path<String>,
    query: Query<FileQuery>,
    request: HttpRequest,
    payload: web::Payload,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let of = of_volume(name.into_inner());
    put(&api, &caller, &of, (query.path(), Upload::Archive), (&request, payload)).await
}

/// The engine wants to know the size of a file before its content.
fn file(query: &UploadQuery, request: &HttpRequest) -> Result<Upload, Problem> {
    if request.headers().contains_key(header::TRANSFER_ENCODING) {
        return Err(Problem::new(ErrorCode::LengthRequired, said::length_required())
            .with_hint(said::send_content_length()));
    }
    let mode = query.mode.as_deref().map(|text| {
        let mode = (text.len() <= 4).then(|| u32::from_str_radix(text, 8).ok()).flatten();
        mode.filter(|_| text.bytes().all(|digit| digit.is_ascii_digit()))
            .ok_or_else(|| Problem::new(ErrorCode::InvalidRequest, said::mode_invalid()))
    });
    // This number means no change to the kernel.
    if [query.uid, query.gid].contains(&Some(u32::MAX)) {
        return Err(Problem::new(ErrorCode::InvalidRequest, said::owner_invalid()));
    }
    let size = announced(request).unwrap_or(0);
    Ok(Upload::File { size, mode: mode.transpose()?, uid: query.uid, gid: query.gid })
}

/// The size of the pieces in which a body is passed on.
const PIECE: usize = 64 << 10;

/// Passes the body on while it arrives.
async fn put(
    api: &Api,
    caller: &Caller,
    of: &FilesOf,
    (path, upload): (&str, Upload),
    (request, payload): (&HttpRequest, web::Payload),
) -> Result<HttpResponse, Problem> {
    if announced(request).is_some_and(|length| length > api.limits.files) {
        return Err(too_large(api.limits.files));
    }
    let mut body = ArtifactBody::begin(api, request, payload.into_inner(), SentAs::Octets).await?;
    let mut file = api.server.put_file(&caller.0, of, path, upload).await?;
    loop {
        match body.next().await {
            Ok(Some(part)) => {
                for piece in part.chunks(PIECE) {
                    file.write(piece.to_vec()).await?;
                }
            }
            Ok(None) => break,
            Err(problem) => {
                file.give_up().await;
                return Err(problem);
            }
        }
    }
    let bytes = file.finish().await?;
    Ok(HttpResponse::Ok().json(UploadedBody { bytes }))
}
