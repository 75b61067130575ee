//! `GET /commands/{id}`

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::ids::CommandId;
use uuid::Uuid;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, patience};
use crate::v1::commands::CommandBody;

answers!(Answers, Read, [InvalidRequest, NotFound, CommandNotFound]);

/// Show a command; with `wait`, once it has ended.
#[utoipa::path(
    tag = "commands",
    params(WaitQuery, ("id" = Uuid, Path, description = "The command.")),
    responses((status = 200, description = "The command.", body = CommandBody), Answers)
)]
#[get("/commands/{id}")]
pub(crate) async fn show_command(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<WaitQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let patience = api.patience(patience(query.wait)?);
    let command = api.server.show_command(&caller.0, CommandId(*id), &patience).await?;
    Ok(HttpResponse::Ok().json(CommandBody::from(command)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::testing::World;

    #[actix_web::test]
    async fn a_wait_ends_when_the_command_does() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let command = world.apply("shop", 1).await;
        let address = format!("/api/v1/commands/{command}?wait=60");
        let waiting = world.send("GET", &address, &[], "");
        let ending = async {
            world.somebody_waits().await;
            world.send("POST", &format!("/api/v1/commands/{command}/cancel"), &[], "").await;
        };
        let (answer, ()) = futures::join!(waiting, ending);
        assert_eq!(answer.json()["status"], "CANCELLED");
    }

    #[actix_web::test]
    async fn a_wait_ends_when_its_time_is_up() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let command = world.apply("shop", 1).await;
        let address = format!("/api/v1/commands/{command}?wait=60");
        let waiting = world.send("GET", &address, &[], "");
        let passing = async {
            world.somebody_waits().await;
            world.clock.advance(Duration::from_mins(1));
        };
        let (answer, ()) = futures::join!(waiting, passing);
        assert_eq!(answer.json()["status"], "PENDING");
    }

    #[actix_web::test]
    async fn a_wait_ends_when_the_server_does() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let command = world.apply("shop", 1).await;
        let address = format!("/api/v1/commands/{command}?wait=60");
        let waiting = world.send("GET", &address, &[], "");
        let stopping = async {
            world.somebody_waits().await;
            world.stopping.cancel();
        };
        let (answer, ()) = futures::join!(waiting, stopping);
        assert_eq!(answer.json()["status"], "PENDING");
    }

    #[actix_web::test]
    async fn nobody_waits_for_longer_than_five_minutes() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let command = world.apply("shop", 1).await;
        let answer = world.send("GET", &format!("/api/v1/commands/{command}?wait=301"), &[], "").await;
        assert_eq!(answer.code(), "invalid-request");
        let missing = "/api/v1/commands/0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10?wait=300";
        assert_eq!(world.send("GET", missing, &[], "").await.code(), "command-not-found", "at once");
    }
}
