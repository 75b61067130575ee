//! Choices over HTTP.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::World;

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn draft(world: &World, body: &Value) -> Value {
    let answer = world.send("POST", "/api/v1/wizard", &[JSON], &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

#[actix_web::test]
async fn choices_become_a_compose_file_with_all_that_is_to_be_said_about_it() {
    let world = World::new().await;
    let components = json!([
        {"entry": "postgres", "as": "db", "options": {"publish": 15432}},
        {"entry": "adminer", "as": "admin", "connect": {"database": "db"}},
    ]);
    let draft = draft(&world, &json!({"name": "shop", "components": components})).await;
    assert_eq!(draft["problems"], json!([]));
    let compose = draft["compose"].as_str().unwrap();
    assert!(compose.starts_with("name: shop\n\nservices:\n  # PostgreSQL"), "{compose}");
    assert_eq!(draft["variables"][0], json!({"name": "DB_PASSWORD", "secret": true, "generated": true}));
    let port = draft["ports"].as_array().unwrap().iter().find(|port| port["port"] == 15_432).unwrap();
    assert_eq!((&port["host_ip"], &port["service"]), (&json!("127.0.0.1"), &json!("db")));
    let waits = json!({"source": "service/admin", "target": "service/db", "kind": "depends_on", "condition": "service_healthy"});
    assert!(draft["graph"]["edges"].as_array().unwrap().contains(&waits), "{}", draft["graph"]);
    assert_eq!(draft["model"]["name"], "shop");
    let first = &draft["origin"][0];
    assert_eq!((&first["since_line"], &first["component"]), (&json!(5), &json!(0)));
    let serious = draft["findings"].as_array().unwrap().iter().any(|finding| finding["severity"] != "info");
    assert!(!serious, "{}", draft["findings"]);
    assert_eq!(draft["changes"], Value::Null);
}

#[actix_web::test]
async fn nonsense_has_problems() {
    let world = World::new().await;
    let components = json!([
        {"entry": "nope", "as": "a"},
        {"entry": "postgres", "as": "No Name"},
        {"entry": "postgres", "as": "db", "version": "0", "options": {"publish": "x", "colour": 1}, "connect": {"x": "y"}},
    ]);
    let draft = draft(&world, &json!({"name": "No Name", "components": components})).await;
    let pointers: Vec<&str> = draft["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["pointer"].as_str().unwrap())
        .collect();
    for pointer in [
        "/name",
        "/components/0/entry",
        "/components/1/as",
        "/components/2/version",
        "/components/2/options/publish",
        "/components/2/options/colour",
        "/components/2/connect/x",
    ] {
        assert!(pointers.contains(&pointer), "{pointer}: {pointers:?}");
    }
    let empty = self::draft(&world, &json!({"name": "shop", "components": []})).await;
    assert!(empty["compose"].as_str().unwrap().contains("services: {}"));
    let base = json!({"stack_id": "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10", "version": 1});
    let body = json!({"name": "shop", "components": [], "base": base}).to_string();
    assert_eq!(world.send("POST", "/api/v1/wizard", &[JSON], &body).await.code(), "stack-not-found");
    let stack = world.create_stack("shop").await;
    let base = json!({"stack_id": stack, "version": 7});
    let body = json!({"name": "shop", "components": [], "base": base}).to_string();
    assert_eq!(world.send("POST", "/api/v1/wizard", &[JSON], &body).await.code(), "version-not-found");
}

#[actix_web::test]
async fn a_stack_of_somebody_else_keeps_its_file() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let base = json!({"stack_id": stack, "version": 1});
    let components = json!([{"entry": "valkey", "as": "cache"}]);
    let draft = draft(&world, &json!({"name": "shop", "components": components, "base": base})).await;
    assert_eq!(draft["problems"], json!([]), "{draft}");
    let compose = draft["compose"].as_str().unwrap();
    assert!(compose.contains("  web:") && compose.contains("  cache:"), "{compose}");
    let changes = draft["changes"].as_str().unwrap();
    assert!(changes.starts_with("--- a/compose.yaml") && !changes.contains("\n-"), "{changes}");
}
