//! `POST /stacks/{id}/start`

use actix_web::{HttpResponse, post, web};
use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::StackId;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest};
use crate::response::queued;
use crate::v1::commands::{Queued, QueuedHeaders, ServiceChoice};

answers!(Answers, Change, [NotFound, NotApplied, ServiceUnknown]);

/// Start a stack or one of its services.
///
/// Starts the stopped containers of the applied version in dependency order.
#[utoipa::path(
    tag = "stacks",
    params(WaitQuery, ("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content = Option<ServiceChoice>, content_type = "application/json"),
    responses(Queued, Answers)
)]
#[post("/stacks/{id}/start")]
pub(crate) async fn start_stack(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let service = request.body.json_or_default::<ServiceChoice>()?.service;
    let payload = CommandPayload::Start { service };
    queued(&api, StackId(*id), payload, request.on_existing()?, query.wait).await
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn a_stack_that_was_never_applied_cannot_be_started() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/start");
        let answer = world.send("POST", &address, &[("If-Match", "*")], "").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "not-applied".to_owned()));
        world.apply("shop", 1).await;
        let answer = world.send("POST", &address, &[("If-Match", "*")], "").await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "an apply is ahead of it in the queue");
    }

    #[actix_web::test]
    async fn one_service_must_be_in_the_definition() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        world.apply("shop", 1).await;
        let address = format!("/api/v1/stacks/{stack}/start");
        let json = [("If-Match", "*"), ("Content-Type", "application/json")];
        let answer = world.send("POST", &address, &json, r#"{"service": "web"}"#).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        assert_eq!(answer.json()["payload"], serde_json::json!({"kind": "START", "service": "web"}));
        let answer = world.send("POST", &address, &json, r#"{"service": "wbe"}"#).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "service-unknown".to_owned())
        );
        assert!(answer.text.contains("the services of the stack are: web"), "{}", answer.text);
    }
}
