use std::time::Duration;

use core_monitor_domain::command::CommandResult;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::{Finish, StackChange};

use crate::testing::World;

async fn status(world: &World, stack: &str) -> serde_json::Value {
    world.send("GET", &format!("/api/v1/stacks/{stack}/status"), &[], "").await.json()
}

#[actix_web::test]
async fn saved_applied_and_running_are_three_things() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let body = status(&world, &stack).await;
    assert_eq!((&body["latest_version"], &body["current_version"]), (&1.into(), &serde_json::Value::Null));
    assert_eq!((&body["state"], &body["age_seconds"]), (&"unknown".into(), &serde_json::Value::Null));

    world.observe(&[]).await;
    world.clock.advance(Duration::from_secs(3));
    let body = status(&world, &stack).await;
    assert_eq!((&body["state"], &body["age_seconds"]), (&"not_applied".into(), &3.0.into()));
    assert_eq!(body["services"][0]["status"], "-");
    assert!(body["drift"].is_null(), "nothing is applied that could differ");
}

#[actix_web::test]
async fn an_applied_stack_without_containers_has_drifted() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.observe(&[]).await;
    world.apply("shop", 1).await;
    let change = StackChange { current_version: Some(VersionNumber(1)), ..StackChange::default() };
    world.finish(Finish::Done { result: CommandResult::default(), change: Box::new(change) }).await;
    let body = status(&world, &stack).await;
    assert_eq!((&body["current_version"], &body["state"]), (&1.into(), &"stopped".into()));
    assert_eq!(body["drift"]["drifted"], true);
    let steps = body["drift"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["op"] == "create_container").unwrap();
    assert_eq!((&step["subject"], &step["service"]), (&"shop-web-1".into(), &"web".into()));
    assert_eq!(
        (&step["action"]["text"], &step["cause"]["text"]),
        (&"create container shop-web-1".into(), &"missing".into())
    );
    let containers = world.send("GET", &format!("/api/v1/stacks/{stack}/containers"), &[], "").await.json();
    assert_eq!(containers["items"], serde_json::json!([]));
    assert_eq!(containers["observed_at"], "2026-01-26T10:00:00Z");
}
