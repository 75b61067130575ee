//! `GET /queue`

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::command::CommandStatus;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::v1::commands::CommandBody;

/// How the queue stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queue)]
pub(crate) struct QueueBody {
    /// The oldest command that is neither `DONE` nor `CANCELLED`; null when there is none.
    head: Option<CommandBody>,
    /// Commands that wait.
    #[schema(example = 3)]
    pending: u64,
    /// The head has failed: nothing goes on before it is retried or cancelled.
    #[schema(example = false)]
    blocked: bool,
    /// Time since the head was accepted, in seconds.
    #[schema(example = 12.5)]
    head_age_seconds: Option<f64>,
    /// What to do when the queue is blocked.
    #[schema(
        example = "retry the head with POST /api/v1/commands/0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9aa/retry, or give it up with POST /api/v1/commands/0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9aa/cancel"
    )]
    hint: Option<String>,
}

answers!(Answers, Read, []);

/// Show the queue: what is at its head, what waits, what blocks it.
#[utoipa::path(
    tag = "commands",
    responses((status = 200, description = "The queue.", body = QueueBody), Answers)
)]
#[get("/queue")]
pub(crate) async fn show_queue(api: web::Data<Api>) -> Result<HttpResponse, Problem> {
    let overview = api.server.queue.overview().await?;
    let now = api.server.clock.now();
    let blocked = overview.head.as_ref().is_some_and(|head| head.status == CommandStatus::Failed);
    let hint = overview.head.as_ref().filter(|_| blocked).map(|head| {
        let address = format!("/api/v1/commands/{}", head.id);
        format!("retry the head with POST {address}/retry, or give it up with POST {address}/cancel")
    });
    Ok(HttpResponse::Ok().json(QueueBody {
        head_age_seconds: overview.head.as_ref().map(|head| now.since(head.created_at).as_secs_f64()),
        head: overview.head.map(CommandBody::from),
        pending: overview.pending,
        blocked,
        hint,
    }))
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[actix_web::test]
    async fn a_failed_head_blocks_the_queue() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let queue = async || world.send("GET", "/api/v1/queue", &[], "").await.json();
        assert!(queue().await["head"].is_null());
        let command = world.apply("shop", 1).await;
        world.apply("shop", 1).await;
        world.fail().await;
        let body = queue().await;
        assert_eq!((&body["blocked"], &body["pending"]), (&true.into(), &1.into()));
        assert_eq!(body["head"]["command_id"], command);
        assert!(body["hint"].as_str().unwrap().contains(&format!("{command}/retry")));
        world.send("POST", &format!("/api/v1/commands/{command}/cancel"), &[], "").await;
        assert_eq!(queue().await["blocked"], false);
    }
}
