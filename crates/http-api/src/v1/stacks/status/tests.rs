use std::time::Duration;

use core_monitor_domain::artifact::{ArtifactDigest, ArtifactForm, Owner, SlotContent};
use core_monitor_domain::command::CommandResult;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::observation::ContainerState;
use core_monitor_domain::placement::Placement;
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
        (&"create container shop-web-1".into(), &"does not exist".into())
    );
    let containers = world.send("GET", &format!("/api/v1/stacks/{stack}/containers"), &[], "").await.json();
    assert_eq!(containers["items"], serde_json::json!([]));
    assert_eq!(containers["observed_at"], "2026-01-26T10:00:00Z");
}

#[actix_web::test]
async fn a_container_shows_what_is_in_its_slots() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    world.apply("shop", 1).await;
    let change = StackChange { current_version: Some(VersionNumber(1)), ..StackChange::default() };
    world.finish(Finish::Done { result: CommandResult::default(), change: Box::new(change) }).await;
    let content = |digest| SlotContent {
        digest,
        path: "/app.war".to_owned(),
        form: ArtifactForm::File,
        owner: Owner::default(),
        mode: 0o644,
    };
    let [old, new] = [b"old", b"new"].map(|bytes| ArtifactDigest::of(bytes));
    let whole = Placement {
        slot: "app".parse().unwrap(),
        content: Some(content(new)),
        remains: Vec::new(),
        run: None,
        active: true,
        verified: true,
        log_from: None,
    };
    let half = Placement {
        slot: "aaa".parse().unwrap(),
        content: None,
        remains: vec![content(old), content(new)],
        verified: false,
        ..whole.clone()
    };
    let mut container = world.container_of(&stack, "web");
    container.placements = vec![whole, half];
    world.observe(&[container]).await;
    let shown = &status(&world, &stack).await["services"][0]["containers"][0]["artifacts"];
    let expected = serde_json::json!([
        {
            "slot": "aaa", "digest": null, "path": null, "verified": false,
            "remains": [old.to_string(), new.to_string()],
        },
        {
            "slot": "app", "digest": new.to_string(), "path": "/app.war", "verified": true,
            "remains": [],
        },
    ]);
    assert_eq!(*shown, expected);
}

#[actix_web::test]
async fn a_container_says_what_can_be_done_in_it() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let mut container = world.container_of(&stack, "web");
    for (state, allowed, reason) in [
        (ContainerState::Running, true, serde_json::Value::Null),
        (ContainerState::Exited { code: 0 }, false, "container_does_not_run".into()),
    ] {
        container.state = state;
        world.observe(std::slice::from_ref(&container)).await;
        let list = world.send("GET", &format!("/api/v1/stacks/{stack}/containers"), &[], "").await.json();
        let actions = list["items"][0]["actions"].as_array().unwrap();
        let names: Vec<_> = actions.iter().map(|action| action["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["open_terminal", "exec_in_container", "list_processes"]);
        for action in actions {
            assert_eq!((&action["allowed"], &action["reason"]["code"]), (&allowed.into(), &reason));
        }
    }
}
