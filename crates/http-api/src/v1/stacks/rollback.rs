//! `POST /stacks/{id}/rollback/{version}`

use std::collections::BTreeSet;

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::Wanted;
use core_monitor_domain::command::{ApplyOptions, CommandPayload, OnFailure};
use core_monitor_domain::ids::{PlanId, StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest};
use crate::response::queued;
use crate::v1::commands::{OnFailureWord, Queued, QueuedHeaders, ReadinessWord};

/// Options of a rollback.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RollbackBody {
    /// Use the images that the tags refer to now, instead of those of the version's last release.
    #[schema(example = false)]
    refresh_images: bool,
    /// A confirmed plan, made with `?purpose=rollback`. If the host has changed since, the command fails with `PLAN_STALE` and
    /// changes nothing. If the host changes while the plan is carried out, the command fails with `PLAN_STALE` before the
    /// first effect that is not in the plan, or that it has done already and somebody has undone; what it has done until
    /// then remains.
    plan_id: Option<Uuid>,
    /// If left out, the default of the stack.
    on_failure: Option<OnFailureWord>,
    readiness: ReadinessWord,
    /// Services whose containers are replaced although nothing about them has changed.
    #[schema(value_type = Vec<String>)]
    force_recreate: BTreeSet<ServiceName>,
}

answers!(
    Answers,
    Change,
    [
        NotFound,
        VersionNotFound,
        PlanUnknown,
        PlanStale,
        PlanBlocked,
        NotObserved,
        InvalidDefinition,
        RefusedByPolicy,
    ]
);

/// Roll back to a version, with the images it ran with.
///
/// Like an apply, except that image tags resolve to the images of the version's last release.
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
            on_failure: body.on_failure.map(OnFailure::from).unwrap_or_default(),
            readiness: body.readiness.into(),
            force_recreate: body.force_recreate,
        },
    };
    let wanted = Wanted { payload, leaves_on_failure: body.on_failure.is_none() };
    queued(&api, StackId(stack), wanted, request.on_existing()?, query.wait).await
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
