//! `POST /commands/{id}/retry`

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use core_monitor_application::server;
use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::Retried;
use uuid::Uuid;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::command_not_found;
use crate::request::{Query, WaitQuery, patience};
use crate::response::settled_or_later;
use crate::v1::commands::CommandBody;

answers!(Answers, Write, [NotFound, CommandNotFound, CommandNotFailed]);

/// Try a failed command again.
///
/// It keeps its id and its place, which is the head of the queue.
#[utoipa::path(
    tag = "commands",
    params(WaitQuery, ("id" = Uuid, Path, description = "The command.")),
    responses(
        (status = 200, description = "It has ended again within the time of `wait`.", body = CommandBody),
        (status = 202, description = "It is `PENDING` again.", body = CommandBody, headers(
            ("Location" = String, description = "Address of the command."),
        )),
        Answers,
    )
)]
#[post("/commands/{id}/retry")]
pub(crate) async fn retry_command(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<WaitQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let patience = patience(query.wait)?;
    match server::retry_command(&api.server, CommandId(*id), &caller.0).await? {
        Retried::Now(mut command) => {
            if !patience.is_zero() {
                command = settled_or_later(&api, command, patience).await?;
            }
            let mut answer =
                if command.status.is_settled() { HttpResponse::Ok() } else { HttpResponse::Accepted() };
            let location = format!("/api/v1/commands/{}", command.id);
            Ok(answer.insert_header((header::LOCATION, location)).json(CommandBody::from(command)))
        }
        Retried::NotFound => Err(command_not_found()),
        Retried::NotFailed(command) => Err(Problem::new(
            ErrorCode::CommandNotFailed,
            format!("the command is {}, only a FAILED one can be retried", command.status),
        )),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn a_failed_command_is_pending_again_at_its_place() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let command = world.apply("shop", 1).await;
        let address = format!("/api/v1/commands/{command}/retry");
        assert_eq!(world.send("POST", &address, &[], "").await.code(), "command-not-failed");
        world.fail().await;
        let answer = world.send("POST", &address, &[], "").await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        let body = answer.json();
        assert_eq!(
            (&body["status"], &body["seq"], &body["retry"]),
            (&"PENDING".into(), &2.into(), &1.into())
        );
    }
}
