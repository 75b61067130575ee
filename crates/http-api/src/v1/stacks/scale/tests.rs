use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::{Answer, World, YAML};

const SHOP: &str = "# ours
services:
  web:
    image: nginx:1.27 # pinned
    scale: 2
  db:
    image: postgres:16
    ports: ['5432:5432']
  one:
    image: nginx:1.27
    container_name: the-one
  many:
    image: nginx:1.27
    scale: ${MANY:-2}
";

async fn shop(world: &World) -> String {
    let answer = world.send("POST", "/api/v1/stacks?name=shop", &[YAML], SHOP).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    world.succeed("shop").await;
    answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned()
}

async fn scale(world: &World, stack: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let headers = [&[("Content-Type", "application/json")], headers].concat();
    world.send("POST", &format!("/api/v1/stacks/{stack}/scale"), &headers, &body.to_string()).await
}

const ANY: [(&str, &str); 1] = [("If-Match", "*")];

#[actix_web::test]
async fn a_scaled_service_is_a_version_with_another_number_and_its_apply() {
    let world = World::new().await;
    let stack = shop(&world).await;
    let key = [ANY[0], ("Idempotency-Key", "k-1")];
    let more = json!({"service": "web", "replicas": 3});
    let answer = scale(&world, &stack, &key, &more).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    let command = answer.json();
    assert_eq!((&command["kind"], &command["version"]), (&json!("APPLY"), &json!(2)));
    let version = world.send("GET", &format!("/api/v1/stacks/{stack}/versions/2"), &[], "").await.json();
    assert_eq!(version["compose"], SHOP.replace("scale: 2", "scale: 3"), "{version}");
    assert_eq!(version["metadata"]["comment"], "scaled `web` from 2 to 3");

    let again = scale(&world, &stack, &key, &more).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", again.text);
    assert_eq!(again.json()["command_id"], command["command_id"]);
    let other = scale(&world, &stack, &key, &json!({"service": "web", "replicas": 4})).await;
    assert_eq!(other.code(), "idempotency-mismatch");
    // From the version that is about to be applied.
    let fewer =
        scale(&world, &stack, &ANY, &json!({"service": "web", "replicas": 0, "comment": "off"})).await;
    assert_eq!(fewer.json()["version"], 3, "{}", fewer.text);
}

#[actix_web::test]
async fn what_cannot_have_so_many_containers_says_why() {
    let world = World::new().await;
    let stack = shop(&world).await;
    for (service, replicas, why) in [
        ("web", 2, "is 2 already"),
        ("db", 2, "port 5432"),
        ("one", 2, "`the-one`"),
        ("many", 3, "${MANY:-2}"),
    ] {
        let answer = scale(&world, &stack, &ANY, &json!({"service": service, "replicas": replicas})).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "not-scalable".to_owned()));
        assert!(answer.text.contains(why), "{}", answer.text);
    }
    // Somebody who saw another state is told that first.
    let stale =
        scale(&world, &stack, &[("If-Match", "\"v9.9\"")], &json!({"service": "web", "replicas": 2})).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.text);
    let down = scale(&world, &stack, &ANY, &json!({"service": "db", "replicas": 0})).await;
    assert_eq!(down.status, StatusCode::ACCEPTED, "{}", down.text);
    let most = scale(&world, &stack, &ANY, &json!({"service": "web", "replicas": 4_000_000})).await;
    assert_eq!(most.code(), "invalid-definition", "{}", most.text);
}

#[actix_web::test]
async fn a_definition_that_was_saved_and_not_applied_is_not_applied_by_the_way() {
    let world = World::new().await;
    let stack = shop(&world).await;
    let address = format!("/api/v1/stacks/{stack}/versions");
    let saved = world.send("POST", &address, &[YAML, ANY[0]], &SHOP.replace("1.27", "1.28")).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    let more = json!({"service": "web", "replicas": 3});
    assert_eq!(scale(&world, &stack, &ANY, &more).await.code(), "applied-version-unclear");
    let meant = scale(&world, &stack, &ANY, &json!({"service": "web", "replicas": 3, "base": 1})).await;
    assert_eq!(meant.json()["version"], 3, "{}", meant.text);
    let version = world.send("GET", &format!("/api/v1/stacks/{stack}/versions/3"), &[], "").await.json();
    assert_eq!(version["compose"], SHOP.replace("scale: 2", "scale: 3"));
}

#[actix_web::test]
async fn only_a_service_of_an_existing_version_is_scaled() {
    let world = World::new().await;
    let stack = shop(&world).await;
    let unknown = scale(&world, &stack, &ANY, &json!({"service": "nope", "replicas": 3})).await;
    assert_eq!(unknown.code(), "service-unknown");
    let missing = scale(&world, &stack, &ANY, &json!({"service": "web", "replicas": 3, "base": 9})).await;
    assert_eq!(missing.code(), "version-not-found");
    for body in [json!({"service": "web"}), json!({"service": "web", "replicas": -1}), json!({})] {
        assert_eq!(scale(&world, &stack, &ANY, &body).await.code(), "invalid-request", "{body}");
    }
    let late =
        scale(&world, &stack, &[("If-Match", "v9.9")], &json!({"service": "web", "replicas": 3})).await;
    assert_eq!(late.code(), "precondition-failed");
    let bare = world.create_stack("bare").await;
    assert_eq!(
        scale(&world, &bare, &ANY, &json!({"service": "web", "replicas": 3})).await.code(),
        "not-applied"
    );
}
