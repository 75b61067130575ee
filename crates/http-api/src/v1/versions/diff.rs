//! `GET /stacks/{id}/versions/{from_version}/diff/{to_version}`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, FileDiff, VersionDiff};
use core_monitor_domain::ids::{StackId, VersionNumber};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::versions::artifacts::{ArtifactChangeBody, changes};

/// The differences between two versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VersionDiff)]
pub(crate) struct DiffBody {
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
    /// Names of the variables that differ.
    variables: Vec<String>,
    /// The differences in the resolved model. If files differ but this is empty, only comments, order or notation changed.
    model: Vec<ModelChangeBody>,
    /// The artifacts that differ.
    artifacts: Vec<ArtifactChangeBody>,
}

/// The difference in one file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FileDiff)]
pub(crate) struct FileDiffBody {
    #[schema(example = "compose.yaml")]
    path: String,
    /// Unified diff.
    #[schema(example = "--- a/compose.yaml\n+++ b/compose.yaml\n@@ -1 +1 @@\n-a\n+b\n")]
    unified: String,
}

/// One difference in the resolved model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelChange)]
struct ModelChangeBody {
    /// Path in the model.
    #[schema(example = "services.web.image")]
    path: String,
    /// The old value, any JSON; null if there was none.
    #[schema(value_type = serde_json::Value, example = "nginx:1.26")]
    before: Option<serde_json::Value>,
    /// The new value, any JSON; null if it was removed.
    #[schema(value_type = serde_json::Value, example = "nginx:1.27")]
    after: Option<serde_json::Value>,
}

impl From<FileDiff> for FileDiffBody {
    fn from(file: FileDiff) -> Self {
        Self { path: file.path, unified: file.unified }
    }
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, StackNotFound, VersionNotFound]);

/// Compare two versions of a stack.
#[utoipa::path(
    tag = "versions",
    params(
        ("id" = Uuid, Path, description = "The stack."),
        ("from_version" = u32, Path, description = "The version to compare from.", example = 1),
        ("to_version" = u32, Path, description = "The version to compare to.", example = 2),
    ),
    responses((status = 200, description = "The difference.", body = DiffBody), Answers)
)]
#[get("/stacks/{id}/versions/{from_version}/diff/{to_version}")]
pub(crate) async fn diff_versions(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(Uuid, u32, u32)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (stack, from, to) = path.into_inner();
    let numbers = (VersionNumber(from), VersionNumber(to));
    // As slow as a definition, if many files differ.
    answer(&api, BlockingWork::Definition, async move |api| {
        let diff = api.server.diff_versions(&caller.0, StackId(stack), numbers.0, numbers.1).await?;
        Ok(Answer::ok(body(from, to, diff)))
    })
    .await
}

fn body(from: u32, to: u32, diff: VersionDiff) -> DiffBody {
    DiffBody {
        from_version: from,
        to_version: to,
        text: diff.files.iter().map(|file| file.unified.as_str()).collect(),
        files: diff.files.into_iter().map(FileDiffBody::from).collect(),
        variables: diff.variables,
        model: diff
            .model
            .into_iter()
            .map(|change| ModelChangeBody { path: change.path, before: change.from, after: change.to })
            .collect(),
        artifacts: changes(diff.artifacts),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{WEB, World, YAML};

    #[actix_web::test]
    async fn text_and_meaning_are_compared_apart() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/versions");
        let other = WEB.replace("busybox:1", "busybox:2");
        world.send("POST", &address, &[YAML, ("If-Match", "*")], &other).await;
        let commented = format!("# the shop\n{other}");
        world.send("POST", &address, &[YAML, ("If-Match", "*")], &commented).await;
        let diff = world.send("GET", &format!("{address}/1/diff/2"), &[], "").await.json();
        insta::assert_snapshot!(diff["text"].as_str().unwrap(), @r"
        --- a/compose.yaml
        +++ b/compose.yaml
        @@ -1,3 +1,3 @@
         services:
           web:
        -    image: test/busybox:1
        +    image: test/busybox:2
        ");
        assert_eq!(
            diff["model"],
            serde_json::json!([{"path": "services.web.image", "before": "test/busybox:1", "after": "test/busybox:2"}])
        );
        let diff = world.send("GET", &format!("{address}/2/diff/3"), &[], "").await.json();
        assert!(diff["text"].as_str().unwrap().contains("+# the shop"));
        assert_eq!(diff["model"], serde_json::json!([]), "a comment means nothing");
        let missing = world.send("GET", &format!("{address}/1/diff/9"), &[], "").await;
        assert!(missing.text.contains("the stack has no version 9"), "{}", missing.text);
    }
}
