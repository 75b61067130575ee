//! `GET /overview`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;

use super::OverviewBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// Show what needs attention, how the stacks stand and what the host does, in one answer.
///
/// What needs attention comes first, the worst of it at the top. `GET /stream` says when it may have changed.
#[utoipa::path(
    tag = "overview",
    responses((status = 200, description = "The overview.", body = OverviewBody), Answers)
)]
#[get("/overview")]
pub(crate) async fn show_overview(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    answer(&api, BlockingWork::Read, async move |api| {
        let shown = api.server.show_overview(&caller.0).await?;
        Ok(Answer::ok(OverviewBody::from(shown)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use crate::testing::World;
    use crate::testing::statistics::collected;

    async fn overview(world: &World) -> Value {
        let answer = world.send("GET", "/api/v1/overview", &[], "").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    fn kinds(overview: &Value) -> Vec<&str> {
        let items = overview["attention"].as_array().unwrap().iter();
        items.map(|item| item["kind"].as_str().unwrap()).collect()
    }

    #[actix_web::test]
    async fn an_installation_without_a_worker_says_so_first() {
        let world = World::new().await;
        world.create_stack("shop").await;
        let shown = overview(&world).await;
        assert_eq!(kinds(&shown), ["worker_absent"]);
        assert_eq!((&shown["host"], &shown["disks"]), (&Value::Null, &json!([])));
        assert_eq!((&shown["stacks"]["total"], &shown["stacks"]["unknown"]), (&json!(1), &json!(1)));
        assert_eq!(shown["lint_left_out"], 0);
    }

    #[actix_web::test]
    async fn a_failed_command_comes_with_what_can_be_done() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.collect(collected(&shop));
        world.observe(&[]).await;
        let command = world.apply("shop", 1).await;
        world.fail().await;
        world.apply("shop", 1).await;
        let shown = overview(&world).await;
        assert_eq!(kinds(&shown), ["disk_low", "command_failed"], "the disk of this host is tiny: {shown}");
        let item = &shown["attention"][1];
        assert_eq!(item["message"]["text"], "APPLY failed: `web` ended with exit code 3");
        assert_eq!((&item["stack_name"], &item["stack_id"]), (&json!("shop"), &json!(shop)));
        assert_eq!(item["command"]["command_id"], command);
        let allowed = item["command"]["actions"].as_array().unwrap().iter();
        assert_eq!(allowed.filter(|action| action["allowed"] == true).count(), 2, "{item}");
        assert_eq!((&shown["queue"]["blocked"], &shown["queue"]["pending"]), (&json!(true), &json!(1)));
        assert_eq!(shown["host"]["cpus"], 4);
        assert_eq!(shown["disks"][0]["available_bytes"], 400);
    }

    #[actix_web::test]
    async fn a_stack_that_drifts_is_counted_until_it_is_applied_again() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.collect(collected(&shop));
        world.observe(&[]).await;
        assert_eq!(overview(&world).await["stacks"]["not_applied"], 1);
        world.succeed("shop").await;
        let drifted = overview(&world).await;
        assert_eq!(kinds(&drifted), ["disk_low", "drifted"]);
        assert_eq!((&drifted["stacks"]["stopped"], &drifted["stacks"]["drifted"]), (&json!(1), &json!(1)));
        world.apply("shop", 1).await;
        assert_eq!(kinds(&overview(&world).await), ["disk_low"], "a command is about to mend it");
        let (_, claim) = world.claim().await;
        let running = overview(&world).await;
        assert_eq!(running["queue"]["running"][0]["seq"], claim.command.seq.0);
        assert_eq!(running["queue"]["running"][0]["progress"]["done"], 0);
    }

    #[actix_web::test]
    async fn a_silent_command_and_an_old_observation_are_noticed() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.collect(collected(&shop));
        world.observe(&[]).await;
        let command = world.apply("shop", 1).await;
        world.claim().await;
        world.clock.advance(Duration::from_mins(10));
        let shown = overview(&world).await;
        assert_eq!(kinds(&shown), ["disk_low", "command_stuck", "observation_old"], "{shown}");
        assert_eq!(shown["attention"][1]["command"]["command_id"], command);
    }

    #[actix_web::test]
    async fn what_the_lint_finds_is_said_of_the_newest_version() {
        let world = World::new().await;
        let open = "services:\n  web:\n    image: test/busybox:1\n    environment: {DB_PASSWORD: changeme}\n";
        let yaml = ("Content-Type", "application/yaml");
        world.send("POST", "/api/v1/stacks?name=shop", &[yaml], open).await;
        let shown = overview(&world).await;
        assert_eq!(kinds(&shown), ["worker_absent", "lint_errors"], "{shown}");
        assert_eq!(shown["attention"][1]["severity"], "warning", "it is only saved");
    }
}
