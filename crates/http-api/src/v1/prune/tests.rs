use actix_web::http::StatusCode;
use core_monitor_simulation::engine::{ForeignContainer, SimImage};
use serde_json::{Value, json};

use crate::testing::{Answer, World};

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// A host with an image without a name, and a volume of somebody else.
async fn world() -> World {
    let world = World::new().await;
    let engine = world.engine();
    engine.add_image(SimImage::new("app:1"));
    engine.add_image(SimImage::new("app:1").generation(2));
    engine.create_volume_by_hand("data", [].into());
    world.look_at_engine().await;
    world
}

async fn plan(world: &World, body: &Value) -> Answer {
    world.send("POST", "/api/v1/prune/plan", &[JSON], &body.to_string()).await
}

async fn prune(world: &World, plan: &Value, headers: &[(&str, &str)]) -> Answer {
    let body = json!({"plan_id": plan["plan_id"]}).to_string();
    world.send("POST", "/api/v1/prune", &[&[JSON], headers].concat(), &body).await
}

#[actix_web::test]
async fn a_plan_lists_what_would_go_with_sizes_and_reasons() {
    let world = world().await;
    let answer = world.send("POST", "/api/v1/prune/plan", &[], "").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let plan = answer.json();
    assert_eq!(
        (&plan["stack_id"], &plan["version"], &plan["purpose"]),
        (&json!(null), &json!(null), &json!("prune"))
    );
    let step = &plan["steps"][0];
    assert_eq!((&step["op"], &step["size"]), (&json!("remove_image"), &json!(2_000_000)));
    assert_eq!(step["cause"]["text"], "no tag points to it, 2 MB");
    assert_eq!(plan["impact"]["freed"], 2_000_000);
    assert_eq!(plan["notes"][0]["text"], "this frees 2 MB, according to the engine");
    let again = world.send("GET", answer.header("location").unwrap(), &[], "").await.json();
    assert_eq!(again, plan, "it is stored as it was shown");
}

#[actix_web::test]
async fn a_named_volume_goes_only_if_foreign_things_may() {
    let world = world().await;
    let named = |foreign: bool| json!({"images": "none", "named": {"volumes": ["data"]}, "foreign": foreign});
    let careful = plan(&world, &named(false)).await.json();
    assert_eq!(careful["steps"], json!([]));
    assert!(careful["text"].as_str().unwrap().contains("ask for it with `foreign`"), "{careful}");
    let asked = plan(&world, &named(true)).await.json();
    assert_eq!(asked["impact"]["volumes_removed"], json!(["data"]));
}

#[actix_web::test]
async fn a_confirmed_plan_becomes_a_command_about_no_stack() {
    let world = world().await;
    let plan = plan(&world, &json!({})).await.json();
    let answer = prune(&world, &plan, &[("Idempotency-Key", "once")]).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    let command = answer.json();
    assert_eq!(
        (&command["kind"], &command["stack_id"], &command["lane"]),
        (&json!("PRUNE"), &json!(null), &json!("writes"))
    );
    assert_eq!(command["payload"], json!({"kind": "PRUNE", "plan_id": plan["plan_id"]}));
    let events = format!("{}/events", answer.header("location").unwrap());
    assert_eq!(world.send("GET", &events, &[], "").await.json()["items"][0]["stack_id"], json!(null));
    let again = prune(&world, &plan, &[("Idempotency-Key", "once")]).await;
    assert_eq!(
        (again.header("idempotency-replayed"), &again.json()["command_id"]),
        (Some("true"), &command["command_id"])
    );
    let body = json!({"plan_id": uuid::Uuid::nil()}).to_string();
    let other = world.send("POST", "/api/v1/prune", &[JSON, ("Idempotency-Key", "once")], &body).await;
    assert_eq!(other.code(), "idempotency-mismatch");
    // No stack is touched by it, and no list of stacks shows it.
    assert_eq!(world.send("GET", "/api/v1/stacks", &[], "").await.json()["items"], json!([]));
}

#[actix_web::test]
async fn what_is_needed_by_now_makes_the_plan_stale() {
    let world = world().await;
    let body = json!({"images": "none", "build_cache": false, "named": {"images": ["app:1"]}});
    let plan = plan(&world, &body).await.json();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 1, "{plan}");
    let user = ForeignContainer { name: "user".into(), image: "app:1".into(), ..ForeignContainer::default() };
    world.engine().run_foreign(user).unwrap();
    let answer = prune(&world, &plan, &[]).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "plan-stale".to_owned()));
    assert!(answer.text.contains("the container `user` uses it"), "{}", answer.text);
}

#[actix_web::test]
async fn only_plans_for_pruning_prune() {
    let world = world().await;
    let stack = world.create_stack("shop").await;
    let apply = world.send("POST", &format!("/api/v1/stacks/{stack}/plan/1"), &[], "").await.json();
    assert_eq!(prune(&world, &apply, &[]).await.code(), "plan-unknown");
    let nobody = json!({"plan_id": uuid::Uuid::nil()});
    assert_eq!(prune(&world, &nobody, &[]).await.code(), "plan-unknown");
    // And the other way around: it confirms nothing that happens to a stack.
    let pruning = plan(&world, &json!({})).await.json();
    let body = json!({"plan_id": pruning["plan_id"]}).to_string();
    let headers = [JSON, ("If-Match", "*")];
    let answer = world.send("POST", &format!("/api/v1/stacks/{stack}/apply/1"), &headers, &body).await;
    assert_eq!(answer.code(), "plan-unknown");
}

#[actix_web::test]
async fn without_an_engine_or_a_worker_nothing_is_planned_or_pruned() {
    let world = World::new().await;
    world.engine().add_image(SimImage::new("app:1"));
    world.look_at_engine().await;
    let made = plan(&world, &json!({})).await.json();
    world.engine().set_unplugged(true);
    assert_eq!(plan(&world, &json!({})).await.code(), "engine-unavailable");
    assert_eq!(prune(&world, &made, &[]).await.code(), "engine-unavailable");
    world.lose_worker();
    assert_eq!(plan(&world, &json!({})).await.code(), "worker-away");
    assert_eq!(prune(&world, &made, &[]).await.code(), "worker-away");
}

#[actix_web::test]
async fn a_request_that_names_too_much_or_makes_no_sense_is_refused() {
    let world = world().await;
    let names: Vec<String> = (0..1_001).map(|number| format!("v{number}")).collect();
    for body in [json!({"named": {"volumes": names}}), json!({"images": "all"}), json!({"volumes": true})] {
        assert_eq!(plan(&world, &body).await.code(), "invalid-request");
    }
}
