//! `POST /commands/{id}/cancel`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::CancelAnswer;
use core_monitor_domain::ids::CommandId;
use uuid::Uuid;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::command_not_found;
use crate::request::NoQuery;
use crate::said;
use crate::v1::commands::CommandBody;

answers!(Answers, Act, [InvalidRequest, NotFound, CommandNotFound, CommandEnded]);

/// Cancel a command.
///
/// A waiting or failed command becomes `CANCELLED` immediately, which lets the queue go on. A running command is asked to
/// stop: the worker stops at the next safe point and keeps what it has done so far.
#[utoipa::path(
    tag = "commands",
    params(("id" = Uuid, Path, description = "The command.")),
    responses(
        (status = 200, description = "The command is `CANCELLED`.", body = CommandBody),
        (status = 202, description = "The command is running and was asked to stop.", body = CommandBody),
        Answers,
    )
)]
#[post("/commands/{id}/cancel")]
pub(crate) async fn cancel_command(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    match api.server.cancel_command(&caller.0, CommandId(*id)).await? {
        CancelAnswer::Now(command) => Ok(HttpResponse::Ok().json(CommandBody::from(command))),
        CancelAnswer::Requested(command) => Ok(HttpResponse::Accepted().json(CommandBody::from(command))),
        CancelAnswer::NotFound => Err(command_not_found()),
        CancelAnswer::TooLate(command) => {
            Err(Problem::new(ErrorCode::CommandEnded, said::command_ended_already(command.status)))
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn a_waiting_command_is_cancelled_once() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let command = world.apply("shop", 1).await;
        let address = format!("/api/v1/commands/{command}/cancel");
        let answer = world.send("POST", &address, &[], "").await;
        assert_eq!((answer.status, answer.json()["status"].clone()), (StatusCode::OK, "CANCELLED".into()));
        let answer = world.send("POST", &address, &[], "").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "command-ended".to_owned()));
        assert!(answer.text.contains("the command is already CANCELLED"), "{}", answer.text);
    }

    #[actix_web::test]
    async fn a_running_command_is_asked_to_stop() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let command = world.apply("shop", 1).await;
        world.claim().await;
        let answer = world.send("POST", &format!("/api/v1/commands/{command}/cancel"), &[], "").await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        let body = answer.json();
        assert_eq!(body["status"], "RUNNING");
        assert!(body["progress"].is_object(), "{body}");
        let queue = world.send("GET", "/api/v1/queue", &[], "").await.json();
        assert_eq!(queue["head"]["progress"], body["progress"]);
        assert_eq!(body["timestamps"]["cancel_requested_at"], "2026-01-26T10:00:00Z");
    }

    #[actix_web::test]
    async fn what_is_done_at_once_cannot_be_cancelled() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let create =
            world.send("GET", "/api/v1/commands", &[], "").await.json()["items"][0]["command_id"].clone();
        let address = format!("/api/v1/commands/{}/cancel", create.as_str().unwrap());
        assert_eq!(world.send("POST", &address, &[], "").await.code(), "command-ended");
    }
}
