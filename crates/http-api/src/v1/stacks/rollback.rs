//! `POST /stacks/{id}/rollback/{version}`

use actix_web::{HttpResponse, post, web};
use core_monitor_domain::command::{ApplyOptions, CommandPayload};
use core_monitor_domain::ids::{PlanId, StackId, VersionNumber};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest};
use crate::response::queued;
use crate::v1::commands::{OnFailureWord, Queued, QueuedHeaders, ReadinessWord};

/// How to go back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RollbackBody {
    /// Take the images that the tags mean today, instead of those of the version's last release.
    #[schema(example = false)]
    refresh_images: bool,
    /// A plan that was made for this with `?for=rollback`. It is carried out exactly, or not at all.
    plan_id: Option<Uuid>,
    on_failure: OnFailureWord,
    readiness: ReadinessWord,
}

answers!(
    Answers,
    Change,
    [NotFound, VersionNotFound, PlanUnknown, PlanStale, PlanBlocked, NotObserved, InvalidDefinition]
);

/// Roll back to a version, with the images it ran with.
///
/// Like applying it, except that tags mean what they meant at that version's last release.
#[utoipa::path(
    tag = "stacks",
    params(
        WaitQuery,
        ("id" = Uuid, Path, description = "The stack."),
        ("version" = u32, Path, description = "The version to go back to.", example = 1),
        QueuedHeaders,
    ),
    request_body(content = Option<RollbackBody>, content_type = "application/json"),
    responses(Queued, Answers)
)]
#[post("/stacks/{id}/rollback/{version}")]
pub(crate) async fn roll_back_to_version(
    api: web::Data<Api>,
    path: web::Path<(Uuid, u32)>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let (stack, version) = path.into_inner();
    let body: RollbackBody = request.body.json_or_default()?;
    let payload = CommandPayload::Rollback {
        version: VersionNumber(version),
        refresh_images: body.refresh_images,
        options: ApplyOptions {
            plan_id: body.plan_id.map(PlanId),
            on_failure: body.on_failure.into(),
            readiness: body.readiness.into(),
        },
    };
    queued(&api, StackId(stack), payload, request.on_existing()?, query.wait).await
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use serde_json::json;

    use crate::testing::World;

    #[actix_web::test]
    async fn a_rollback_keeps_the_images_unless_told_otherwise() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/rollback/1");
        let headers = [("If-Match", "*"), ("Content-Type", "application/json")];
        let answer = world.send("POST", &address, &headers, "").await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        let payload = answer.json()["payload"].clone();
        assert_eq!((&payload["kind"], &payload["refresh_images"]), (&json!("ROLLBACK"), &json!(false)));
        let body = r#"{"refresh_images": true, "on_failure": "rollback", "readiness": "started"}"#;
        let payload = world.send("POST", &address, &headers, body).await.json()["payload"].clone();
        assert_eq!(payload["refresh_images"], true);
        assert_eq!((&payload["on_failure"], &payload["readiness"]), (&json!("rollback"), &json!("started")));
    }
}
