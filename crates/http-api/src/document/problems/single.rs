//! Problems that only some operations have.

use std::time::Duration;

use core_monitor_archive::Limits as ArchiveLimits;

use super::{UNKNOWN_ID, address, provoke, send};
use crate::api::Limits;
use crate::testing::objects::world_with_a_foreign_network;
use crate::testing::witness::Operation;
use crate::testing::{TAR, WEB, World, tar};

#[actix_web::test]
async fn an_archive_that_cannot_be_kept_is_refused_wherever_one_is_sent() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    provoke("invalid-archive", async |operation| {
        let headers = [TAR, ("If-Match", "*")];
        world.send(&operation.method, &address(operation, &stack), &headers, "this is no tar").await
    })
    .await;
    let narrow = ArchiveLimits { members: 1, ..ArchiveLimits::default() };
    let world = World::with_limits(Limits { archive: narrow, ..Limits::default() }).await;
    let stack = world.create_stack("shop").await;
    provoke("archive-too-large", async |operation| {
        let body = tar(&[("compose.yaml", WEB), ("a", ""), ("b", "")]);
        let headers = [TAR, ("If-Match", "*")];
        world.send_bytes(&operation.method, &address(operation, &stack), &headers, body).await
    })
    .await;
}

#[actix_web::test]
async fn invalid_names_are_refused() {
    let world = World::new().await;
    let answer = world.send("GET", "/api/v1/stacks?name=No%20name", &[], "").await;
    assert_eq!(answer.code(), "invalid-name");
    provoke("invalid-registry", async |operation| {
        let address = operation.path.replace("{host}", "no%20host");
        world.send(&operation.method, &address, &[], "{}").await
    })
    .await;
}

#[actix_web::test]
async fn only_services_of_an_applied_stack_have_power() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.create_template("shop").await;
    world.launch("shop", "demo").await;
    world.give_up().await;
    let headers = [("If-Match", "*")];
    provoke("not-applied", async |operation| send(&world, operation, &stack, &headers).await).await;
    world.succeed("shop").await;
    provoke("service-unknown", async |operation| {
        let headers = [("If-Match", "*"), ("Content-Type", "application/json")];
        let body = r#"{"service": "nope"}"#;
        // What is read is chosen in the query; events may be those of any stack.
        let query = match (operation.method.as_str(), operation.path.contains("/engine/")) {
            ("GET", true) => format!("?service=nope&stack_id={stack}"),
            ("GET", false) => "?service=nope".to_owned(),
            _ => String::new(),
        };
        let address = address(operation, &stack) + &query;
        world.send(&operation.method, &address, &headers, body).await
    })
    .await;
}

#[actix_web::test]
async fn only_a_fresh_plan_without_obstacles_of_this_stack_is_carried_out() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.observe(&[]).await;
    let confirm = async |operation: &Operation, plan: &str| {
        let headers = [("If-Match", "*"), ("Content-Type", "application/json")];
        let body = format!(r#"{{"plan_id": "{plan}"}}"#);
        world.send(&operation.method, &address(operation, &stack), &headers, &body).await
    };
    // A plan confirms only the command that it was made for.
    let make = async |purpose: &str| {
        let address = format!("/api/v1/stacks/{stack}/plan/1?purpose={purpose}");
        world.send("POST", &address, &[], "").await.json()["plan_id"].as_str().unwrap().to_owned()
    };
    let confirm_own = async |operation: &Operation, plans: &[String; 2]| {
        confirm(operation, &plans[usize::from(operation.path.contains("rollback"))]).await
    };
    provoke("plan-unknown", async |operation| confirm(operation, UNKNOWN_ID).await).await;
    let free = [make("apply").await, make("rollback").await];
    world_with_a_foreign_network(&world, "shop_default").await;
    provoke("plan-stale", async |operation| confirm_own(operation, &free).await).await;
    let blocked = [make("apply").await, make("rollback").await];
    provoke("plan-blocked", async |operation| confirm_own(operation, &blocked).await).await;
    provoke("plan-not-found", async |operation| send(&world, operation, UNKNOWN_ID, &[]).await).await;
}

#[actix_web::test]
async fn questions_to_the_engine_need_a_worker_and_an_engine() {
    let world = World::new().await;
    // A container by this name, for what happens in containers.
    let stack = world.create_stack("shop").await;
    let container = world.start_unseen(UNKNOWN_ID);
    world.see_replicas(&stack, &[(&container, "web", 1)]).await;
    // And one that mounts a volume.
    world.run_container("with-a-volume").await;
    let ask = async |operation: &Operation| {
        let of_stacks =
            operation.path.starts_with("/api/v1/stacks/") || operation.id.ends_with("_statistics");
        send(&world, operation, if of_stacks { &stack } else { UNKNOWN_ID }, &[]).await
    };
    world.lose_worker();
    provoke("worker-away", ask).await;
    world.regain_worker();
    // What the worker did not answer about statistics is known for a second.
    world.clock.advance(Duration::from_secs(2));
    world.lose_engine();
    provoke("engine-unavailable", ask).await;
}
