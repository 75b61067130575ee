//! `GET /containers/{id}/files` and `GET /volumes/{name}/files`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::FilesOf;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ContainerReadAnswers, FileEntryBody, FileQuery, VolumeReadAnswers, of_container, of_volume};
use crate::api::Api;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::request::Query;

/// What is in a folder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContainerFolder)]
pub(crate) struct FolderBody {
    /// Its path, in its simplest form.
    #[schema(example = "/etc")]
    path: String,
    /// Folders first, by name.
    entries: Vec<FileEntryBody>,
    /// Whether there may be more: the engine only gives a folder with everything below it, and 2 GiB, 20 seconds or 5000 entries
    /// were not enough.
    cut: bool,
}

/// List the files in a folder of a container of a stack.
///
/// The container need not run. Symbolic links are shown and not followed; `/proc`, `/sys` and `/dev` are empty.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1"), FileQuery),
    responses((status = 200, description = "What is in the folder.", body = FolderBody), ContainerReadAnswers)
)]
#[get("/containers/{id}/files")]
pub(crate) async fn list_container_files(
    api: web::Data<Api>,
    id: web::Path<String>,
    query: Query<FileQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    list(&api, &caller, &of_container(id.into_inner()), query.path()).await
}

/// List the files in a folder of a volume of a stack.
///
/// The engine shows files only in containers, so one of a stack must have the volume mounted; it need not run.
#[utoipa::path(
    tag = "containers",
    params(("name" = String, Path, description = "The name of the volume.", example = "shop_data"), FileQuery),
    responses((status = 200, description = "What is in the folder.", body = FolderBody), VolumeReadAnswers)
)]
#[get("/volumes/{name}/files")]
pub(crate) async fn list_volume_files(
    api: web::Data<Api>,
    name: web::Path<String>,
    query: Query<FileQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    list(&api, &caller, &of_volume(name.into_inner()), query.path()).await
}

async fn list(api: &Api, caller: &Caller, of: &FilesOf, path: &str) -> Result<HttpResponse, Problem> {
    let listed = api.server.list_files(&caller.0, of, path).await?;
    let entries = listed.listing.entries.into_iter().map(FileEntryBody::from).collect();
    let body = FolderBody { path: listed.path.to_string(), entries, cut: listed.listing.cut };
    Ok(HttpResponse::Ok().json(body))
}
