//! `PATCH /stacks/{id}/versions/{version}`

use actix_web::{HttpResponse, patch, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::stack_version::VersionTag;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{NoQuery, WriteRequest};
use crate::said;
use crate::v1::versions::VersionSummary;

/// What changes about a version: nothing of its definition.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VersionChange, example = json!({"tag": "good"}))]
pub(crate) struct TagBody {
    /// A name for the version that no other version of the stack has; null takes it away.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true, example = "good", min_length = 1, max_length = 40)]
    tag: Option<String>,
}

answers!(Answers, Write, [NotFound, StackNotFound, VersionNotFound, TagTaken]);

/// Give a version a tag, or take it away.
///
/// The tag is for people: it says what a version was good for. The version itself never changes, and neither does the revision
/// of the stack. The audit records who did it.
#[utoipa::path(
    tag = "versions",
    params(
        ("id" = Uuid, Path, description = "The stack."),
        ("version" = u32, Path, description = "The version.", example = 1),
    ),
    request_body(content = TagBody, content_type = "application/json"),
    responses((status = 200, description = "The version.", body = VersionSummary), Answers)
)]
#[patch("/stacks/{id}/versions/{version}")]
pub(crate) async fn tag_version(
    api: web::Data<Api>,
    path: web::Path<(Uuid, u32)>,
    _no_query: NoQuery,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let (stack, version) = path.into_inner();
    let body: TagBody = request.body.json()?;
    let tag = body.tag.map(|tag| tag.parse::<VersionTag>()).transpose();
    let invalid = |_| Problem::new(ErrorCode::InvalidRequest, said::tag_invalid(VersionTag::LONGEST));
    let tag = tag.map_err(invalid)?;
    let actor = request.caller.0;
    answer(&api, BlockingWork::Read, async move |api| {
        let tagged = api.server.tag_version(&actor, StackId(stack), VersionNumber(version), tag).await?;
        Ok(Answer::ok(VersionSummary::from(tagged)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use serde_json::{Value, json};

    use crate::testing::{Answer, WEB, World, YAML};

    async fn tag(world: &World, stack: &str, version: u32, body: &Value) -> Answer {
        let address = format!("/api/v1/stacks/{stack}/versions/{version}");
        world.send("PATCH", &address, &[("Content-Type", "application/json")], &body.to_string()).await
    }

    #[actix_web::test]
    async fn a_tag_is_shown_in_the_list_until_it_is_taken_away() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/versions");
        world.send("POST", &address, &[YAML, ("If-Match", "*")], WEB).await;
        let tagged = tag(&world, &stack, 1, &json!({"tag": "good"})).await;
        assert_eq!(
            (tagged.status, &tagged.json()["tag"]),
            (StatusCode::OK, &json!("good")),
            "{}",
            tagged.text
        );
        let list = async || {
            let listed = world.send("GET", &address, &[], "").await.json();
            listed["items"].as_array().unwrap().iter().map(|v| v["tag"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(list().await, [Value::Null, json!("good")]);
        let shown = world.send("GET", &format!("{address}/1"), &[], "").await.json();
        assert_eq!(shown["tag"], "good");
        assert_eq!(tag(&world, &stack, 1, &json!({"tag": null})).await.json()["tag"], Value::Null);
        assert_eq!(list().await, [Value::Null, Value::Null]);
        let images = world.send("GET", &address, &[], "").await.json()["items"][0]["images"].clone();
        assert_eq!(images, json!([]), "it was never applied");
    }

    #[actix_web::test]
    async fn a_tag_is_unique_short_and_given_on_purpose() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/versions");
        world.send("POST", &address, &[YAML, ("If-Match", "*")], WEB).await;
        tag(&world, &stack, 1, &json!({"tag": "good"})).await;
        let taken = tag(&world, &stack, 2, &json!({"tag": "good"})).await;
        assert_eq!((taken.status, taken.code()), (StatusCode::CONFLICT, "tag-taken".to_owned()));
        assert!(taken.text.contains("version 1"), "{}", taken.text);
        for body in [json!({}), json!({"tag": ""}), json!({"tag": "x".repeat(41)}), json!({"tag": 1})] {
            assert_eq!(tag(&world, &stack, 1, &body).await.code(), "invalid-request", "{body}");
        }
        assert_eq!(tag(&world, &stack, 9, &json!({"tag": "good"})).await.code(), "version-not-found");
    }
}
