//! `GET /queue`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::ShownQueue;
use core_monitor_domain::command::FailureScope;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::said;
use crate::v1::commands::{CommandBody, HolderBody};
use crate::v1::message::MessageBody;
use crate::v1::words::FailureScopeWord;

/// State of the queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queue)]
pub(crate) struct QueueBody {
    /// The oldest command in the lane `writes` that is neither `DONE` nor `CANCELLED`; null if there is none.
    head: Option<CommandBody>,
    /// Number of waiting commands in the lane `writes`.
    #[schema(example = 3)]
    pending: u64,
    /// What a failed command in the lane `writes` holds up until it is retried or cancelled.
    #[schema(value_type = FailureScopeWord, example = "everything")]
    failure_scope: FailureScope,
    /// The failed commands in the lane `writes`, oldest first.
    failed: Vec<HolderBody>,
    /// Whether no command in the lane `writes` runs until a failed one is retried or cancelled. With the scope `related`, a
    /// failed command may hold up some commands while others run: see `failed`, and `waits_behind` of each command.
    #[schema(example = false)]
    blocked: bool,
    /// Seconds since the head was accepted.
    #[schema(example = 12.5)]
    head_age_seconds: Option<f64>,
    /// What to do about the oldest failed command; null if there is none.
    hint: Option<MessageBody>,
    /// Every `WAKE` and `SLEEP` that is neither `DONE` nor `CANCELLED`, oldest first. These commands wait only for other
    /// commands of the same stack, and a failed one blocks nothing.
    power: Vec<CommandBody>,
}

answers!(Answers, Read, [InvalidRequest]);

/// Show the queue: its head, how many commands are waiting, and whether it is blocked.
#[utoipa::path(
    tag = "commands",
    responses((status = 200, description = "The queue.", body = QueueBody), Answers)
)]
#[get("/queue")]
pub(crate) async fn show_queue(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let ShownQueue { head, pending, power, head_age, failure_scope, failed, is_blocked } =
        api.server.show_queue(&caller.0).await?;
    let hint = failed.first().map(|oldest| {
        let address = format!("/api/v1/commands/{}", oldest.id);
        MessageBody::from(said::retry_or_cancel(address))
    });
    Ok(HttpResponse::Ok().json(QueueBody {
        head_age_seconds: head_age.map(|age| age.as_secs_f64()),
        head: head.map(CommandBody::from),
        pending,
        failure_scope,
        failed: failed.into_iter().map(HolderBody::from).collect(),
        blocked: is_blocked,
        hint,
        power: power.into_iter().map(CommandBody::from).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::actor::SystemPart;
    use core_monitor_domain::command::{NewCommand, PowerChange};
    use core_monitor_domain::ids::CommandId;
    use core_monitor_domain::ports::{Clock as _, IdSource as _};

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
        assert_eq!(body["failed"][0]["command_id"], command);
        assert_eq!(body["failure_scope"], "everything");
        assert!(body["hint"]["text"].as_str().unwrap().contains(&format!("{command}/retry")));
        world.send("POST", &format!("/api/v1/commands/{command}/cancel"), &[], "").await;
        assert_eq!(queue().await["blocked"], false);
    }

    #[actix_web::test]
    async fn power_changes_of_the_system_are_shown_beside_the_head() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let id = CommandId(world.ids.next_uuid());
        let (stack_id, now) = (stack.parse().unwrap(), world.clock.now());
        let wake = NewCommand::power(id, stack_id, PowerChange::wake(), SystemPart::Gateway, None, now);
        world.database.command_queue().enqueue(wake).await.unwrap();
        let body = world.send("GET", "/api/v1/queue", &[], "").await.json();
        assert!(body["head"].is_null());
        let shown = &body["power"][0];
        assert_eq!((&shown["kind"], &shown["lane"]), (&"WAKE".into(), &format!("power/{stack}").into()));
        let asked =
            world.send("POST", &format!("/api/v1/stacks/{stack}/wake"), &[("If-Match", "*")], "").await;
        assert_eq!(asked.status, 404, "nobody can ask for one");
        let command = world.apply("shop", 1).await;
        let listed = world.send("GET", &format!("/api/v1/commands/{command}"), &[], "").await.json();
        assert_eq!(listed["lane"], "writes");
    }
}
