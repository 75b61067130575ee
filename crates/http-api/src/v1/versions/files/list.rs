//! `GET /stacks/{id}/versions/{version}/files`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::stack_version::{FileEntry, FileHash};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// The files of a version, by path.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VersionFiles)]
pub(crate) struct FilesBody {
    items: Vec<FileBody>,
}

/// A file without its content.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VersionFile)]
pub(crate) struct FileBody {
    /// Path in the project folder.
    #[schema(example = "conf/app.conf")]
    path: String,
    /// Size in bytes.
    #[schema(example = 1024)]
    size: u64,
    /// SHA-256 of the content.
    #[schema(value_type = String, example = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    hash: FileHash,
    /// Whether the file is executable.
    #[schema(example = false)]
    executable: bool,
}

impl From<FileEntry> for FileBody {
    fn from(entry: FileEntry) -> Self {
        let FileEntry { path, hash, size, executable } = entry;
        Self { path, size, hash, executable }
    }
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, StackNotFound, VersionNotFound]);

/// List the files of a version.
#[utoipa::path(
    tag = "versions",
    params(
        ("id" = Uuid, Path, description = "The stack."),
        ("version" = u32, Path, description = "Its number.", example = 1),
    ),
    responses((status = 200, description = "All files, by path.", body = FilesBody), Answers)
)]
#[get("/stacks/{id}/versions/{version}/files")]
pub(crate) async fn list_version_files(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(Uuid, u32)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (stack, version) = (StackId(path.0), VersionNumber(path.1));
    answer(&api, BlockingWork::Read, async move |api| {
        let files = api.server.list_version_files(&caller.0, stack, version).await?;
        Ok(Answer::ok(FilesBody { items: files.into_iter().map(FileBody::from).collect() }))
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[actix_web::test]
    async fn files_are_listed_by_path() {
        let world = World::new().await;
        let stack = world.create_folder("shop", &[("run.sh*", "#!/bin/sh\n"), ("conf/app.conf", "a")]).await;
        let address = format!("/api/v1/stacks/{stack}/versions/1/files");
        let body = world.send("GET", &address, &[], "").await.json();
        let line = |item: &serde_json::Value| {
            format!("{} {} {}", item["path"].as_str().unwrap(), item["size"], item["executable"])
        };
        let lines: Vec<_> = body["items"].as_array().unwrap().iter().map(line).collect();
        assert_eq!(lines, ["compose.yaml 43 false", "conf/app.conf 1 false", "run.sh 10 true"]);
        assert_eq!(
            body["items"][1]["hash"],
            "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
        );
        let missing = world.send("GET", &address.replace("/1/", "/2/"), &[], "").await;
        assert_eq!(missing.code(), "version-not-found");
        let missing = world.send("GET", &address.replace(&stack, &"0".repeat(32)), &[], "").await;
        assert_eq!(missing.code(), "stack-not-found");
    }
}
