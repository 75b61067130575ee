//! `POST /commands/{id}/retry`

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::RetryAnswer;
use core_monitor_domain::ids::CommandId;
use uuid::Uuid;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::command_not_found;
use crate::request::{Query, WaitQuery, patience};
use crate::said;
use crate::v1::commands::CommandBody;

answers!(Answers, Act, [InvalidRequest, NotFound, CommandNotFound, CommandNotFailed]);

/// Retry a failed command.
///
/// The command keeps its id and its position at the head of the queue.
#[utoipa::path(
    tag = "commands",
    params(WaitQuery, ("id" = Uuid, Path, description = "The command.")),
    responses(
        (status = 200, description = "The command ended again within `wait` seconds.", body = CommandBody),
        (status = 202, description = "The command is `PENDING` again.", body = CommandBody, headers(
            ("Location" = String, description = "Path of the command."),
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
    let patience = api.patience(patience(query.wait)?);
    match api.server.retry_command(&caller.0, CommandId(*id), &patience).await? {
        RetryAnswer::Now(shown) => {
            let mut answer =
                if shown.command.status.is_settled() { HttpResponse::Ok() } else { HttpResponse::Accepted() };
            let location = format!("/api/v1/commands/{}", shown.command.id);
            Ok(answer.insert_header((header::LOCATION, location)).json(CommandBody::from(*shown)))
        }
        RetryAnswer::NotFound => Err(command_not_found()),
        RetryAnswer::NotFailed(command) => {
            Err(Problem::new(ErrorCode::CommandNotFailed, said::command_not_failed(command.status)))
        }
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
