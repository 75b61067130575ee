use actix_web::http::StatusCode;
use core_monitor_domain::command::FailureCode;
use serde_json::{Value, json};

use crate::testing::templates::TEMPLATE;
use crate::testing::{Answer, World, YAML};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const ROLLOUT: &str = "/api/v1/templates/shop/rollout";

/// A template with these instances of version 1, all applied.
async fn shop(keys: &[&str]) -> World {
    let world = World::new().await;
    world.create_template("shop").await;
    for key in keys {
        world.launch("shop", key).await;
        world.carry_out(1).await;
    }
    world.observe(&[]).await;
    world.pass(1);
    world
}

/// Lets the upgrade at the head of the queue fail.
async fn fail(world: &World) {
    world.give_up_with(FailureCode::ServiceExited, "the service has ended with the exit code 1").await;
}

/// Saves a version of the template with a part of it replaced.
async fn save(world: &World, part: &str, other: &str) {
    let text = TEMPLATE.replace(part, other);
    let saved = world.send("POST", "/api/v1/templates/shop/versions", &[YAML], &text).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
}

async fn start(world: &World, body: Value) -> Answer {
    world.send("POST", ROLLOUT, &[JSON], &body.to_string()).await
}

async fn show(world: &World) -> Value {
    world.send("GET", ROLLOUT, &[], "").await.json()
}

/// Where it stands: its state, and how many instances wait, are under way, were upgraded and have failed.
fn numbers(rollout: &Value) -> Value {
    let length = |name: &str| rollout[name].as_array().unwrap().len();
    json!([rollout["state"], rollout["waiting"], length("under_way"), rollout["upgraded"], length("failed")])
}

async fn version_of(world: &World, key: &str) -> Value {
    let path = format!("/api/v1/templates/shop/instances/{key}");
    world.send("GET", &path, &[], "").await.json()["template_version"].clone()
}

#[actix_web::test]
async fn all_instances_are_upgraded_no_more_at_once_than_asked_for() {
    let world = shop(&["a", "b", "c"]).await;
    assert_eq!(world.send("GET", ROLLOUT, &[], "").await.code(), "no-rollout");
    assert_eq!(world.send("POST", &format!("{ROLLOUT}/cancel"), &[], "").await.code(), "no-rollout");
    save(&world, "busybox:1", "busybox:2").await;
    let begun = start(&world, json!({"at_once": 2, "comment": "newer image"})).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text);
    assert_eq!(numbers(&begun.json()), json!(["running", 3, 0, 0, 0]));
    assert_eq!(start(&world, json!({})).await.code(), "rollout-under-way");
    world.look_after().await;
    assert_eq!(numbers(&show(&world).await), json!(["running", 1, 2, 0, 0]));
    world.look_after().await;
    assert_eq!(numbers(&show(&world).await), json!(["running", 1, 2, 0, 0]), "two are under way");
    assert_eq!(version_of(&world, "c").await, 1);
    world.carry_out(2).await;
    world.look_after().await;
    assert_eq!(numbers(&show(&world).await), json!(["running", 0, 2, 1, 0]));
    world.carry_out(2).await;
    world.carry_out(2).await;
    world.look_after().await;
    let over = show(&world).await;
    assert_eq!(numbers(&over), json!(["done", 0, 0, 3, 0]));
    assert_eq!((&over["version"], over["ended_at"].is_string()), (&json!(2), true), "{over}");
    for key in ["a", "b", "c"] {
        assert_eq!(version_of(&world, key).await, 2);
    }
    let newest = world.send("GET", "/api/v1/commands?limit=1", &[], "").await.json()["items"][0].clone();
    assert_eq!(newest["kind"], "APPLY");
    assert_eq!(newest["principal"], begun.json()["started_by"], "whoever began it");
}

#[actix_web::test]
async fn a_failure_stops_it_unless_it_is_to_go_on() {
    let world = shop(&["a", "b", "c"]).await;
    save(&world, "busybox:1", "busybox:2").await;
    start(&world, json!({"at_once": 1})).await;
    world.look_after().await;
    fail(&world).await;
    world.look_after().await;
    let stopped = show(&world).await;
    assert_eq!(numbers(&stopped), json!(["stopped", 2, 0, 0, 1]));
    assert_eq!(stopped["failed"][0]["key"], "a");
    assert!(stopped["failed"][0]["message"]["text"].is_string(), "{stopped}");
    assert_eq!(version_of(&world, "b").await, 1, "it stays as it is");

    world.pass(1);
    let plan = world.send("GET", &format!("{ROLLOUT}/plan"), &[], "").await.json();
    let kinds: Vec<_> = plan["items"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["upgrade"; 3], "what was taken back is upgraded again: {plan}");
    start(&world, json!({"on_failure": "continue"})).await;
    world.look_after().await;
    world.carry_out(2).await;
    world.look_after().await;
    fail(&world).await;
    world.look_after().await;
    world.carry_out(2).await;
    world.look_after().await;
    let over = show(&world).await;
    assert_eq!(numbers(&over), json!(["done", 0, 0, 2, 1]), "{over}");
    assert_eq!((&over["at_once"], &over["failed"][0]["key"]), (&json!(1), &json!("b")));
}

#[actix_web::test]
async fn what_cannot_be_upgraded_is_said_before_and_after() {
    let world = shop(&["a", "b"]).await;
    let plan = format!("{ROLLOUT}/plan");
    save(&world, "GREETING: {type: string, default: hello, ", "GREETING: {type: string, example: hi, ").await;
    let planned = world.send("GET", &plan, &[], "").await.json();
    assert_eq!((&planned["version"], &planned["next"]), (&json!(2), &Value::Null));
    let first = &planned["items"][0];
    assert_eq!(
        (&first["key"], &first["kind"], &first["services"]),
        (&json!("a"), &json!("refused"), &json!([]))
    );
    assert!(first["message"]["text"].as_str().unwrap().contains("GREETING"), "{first}");
    start(&world, json!({})).await;
    world.look_after().await;
    let stopped = show(&world).await;
    assert_eq!(numbers(&stopped), json!(["stopped", 1, 0, 0, 1]));
    assert_eq!(stopped["failed"][0]["message"], first["message"], "as the plan said");

    save(&world, "busybox:1", "busybox:2").await;
    let page = world.send("GET", &format!("{plan}?version=3&limit=1"), &[], "").await.json();
    assert_eq!(
        (&page["items"][0]["kind"], &page["items"][0]["services"]),
        (&json!("upgrade"), &json!(["web"]))
    );
    let next = page["next"].as_str().unwrap();
    let rest = world.send("GET", &format!("{plan}?cursor={next}&version=1"), &[], "").await.json();
    assert_eq!((&rest["items"][0]["key"], &rest["items"][0]["kind"]), (&json!("b"), &json!("none")));
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn one_that_is_cancelled_begins_nothing_more() {
    let world = shop(&["a", "b"]).await;
    save(&world, "busybox:1", "busybox:2").await;
    start(&world, json!({"at_once": 1})).await;
    world.look_after().await;
    let cancelled = world.send("POST", &format!("{ROLLOUT}/cancel"), &[], "").await;
    assert_eq!(numbers(&cancelled.json()), json!(["cancelling", 1, 1, 0, 0]), "{}", cancelled.text);
    world.look_after().await;
    world.carry_out(2).await;
    world.look_after().await;
    let over = show(&world).await;
    assert_eq!(numbers(&over), json!(["cancelled", 1, 0, 1, 0]));
    let again = world.send("POST", &format!("{ROLLOUT}/cancel"), &[], "").await.json();
    assert_eq!(again, over, "it is over");
    assert_eq!(version_of(&world, "b").await, 1);
}

#[actix_web::test]
async fn one_that_is_being_removed_is_left_alone() {
    let world = shop(&["a", "b"]).await;
    save(&world, "busybox:1", "busybox:2").await;
    let gone = world.send("DELETE", "/api/v1/templates/shop/instances/a", &[], "").await;
    assert_eq!(gone.status, StatusCode::ACCEPTED, "{}", gone.text);
    start(&world, json!({})).await;
    world.look_after().await;
    let rollout = show(&world).await;
    assert_eq!(rollout["under_way"][0]["key"], "b");
    assert_eq!(rollout["under_way"].as_array().unwrap().len(), 1, "{rollout}");
}

#[actix_web::test]
async fn a_pace_and_a_version_that_there_are_not_are_refused() {
    let world = shop(&[]).await;
    for at_once in [0, 51] {
        let refused = start(&world, json!({"at_once": at_once})).await;
        assert_eq!(refused.code(), "invalid-request", "{}", refused.text);
    }
    assert_eq!(start(&world, json!({"version": 9})).await.code(), "template-version-not-found");
    let plan = format!("{ROLLOUT}/plan?version=9");
    assert_eq!(world.send("GET", &plan, &[], "").await.code(), "template-version-not-found");
    for (method, rest) in [("POST", ""), ("GET", ""), ("POST", "/cancel"), ("GET", "/plan")] {
        let nobody = format!("/api/v1/templates/blog/rollout{rest}");
        let body = if rest.is_empty() && method == "POST" { "{}" } else { "" };
        assert_eq!(world.send(method, &nobody, &[JSON], body).await.code(), "template-not-found");
    }
}
