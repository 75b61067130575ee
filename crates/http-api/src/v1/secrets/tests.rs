use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::{Answer, World, YAML};

const SECRETS: &str = "/api/v1/secrets";
const ONE: &str = "/api/v1/secrets/db-password";
const JSON: (&str, &str) = ("Content-Type", "application/json");
const USING: &str = "services:\n  web:\n    image: test/busybox:1\n    secrets: [db]\nsecrets:\n  db:\n    external: true\n    \
                     name: db-password\n";

async fn create(world: &World, body: &Value) -> Answer {
    world.send("POST", SECRETS, &[JSON], &body.to_string()).await
}

async fn rotate(world: &World, value: &str) -> Answer {
    world.send("POST", &format!("{ONE}/versions"), &[JSON], &json!({"value": value}).to_string()).await
}

#[actix_web::test]
async fn a_value_goes_in_and_comes_out_only_where_it_is_read_and_recorded() {
    let world = World::new().await;
    let created =
        create(&world, &json!({"name": "db-password", "value": "canary-1", "stacks": ["sh*"]})).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    let rotated = rotate(&world, "canary-2").await;
    assert_eq!((rotated.status, &rotated.json()["latest_version"]), (StatusCode::CREATED, &json!(2)));
    let body = json!({"description": "of the shop"}).to_string();
    let changed = world.send("PATCH", ONE, &[JSON], &body).await;
    assert_eq!(changed.json()["stacks"], json!(["sh*"]), "what is left out stays");
    let shown = world.send("GET", ONE, &[], "").await;
    let numbers: Vec<_> = shown.json()["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["number"].clone())
        .collect();
    assert_eq!(numbers, [json!(2), json!(1)]);
    let listed = world.send("GET", SECRETS, &[], "").await;
    assert_eq!(listed.json()["items"][0]["description"], "of the shop");
    for answer in [&created, &rotated, &changed, &shown, &listed] {
        assert!(!answer.text.contains("canary"), "{}", answer.text);
    }
    let read = world.send("GET", &format!("{ONE}/versions/1/value"), &[], "").await;
    assert_eq!(read.json(), json!({"name": "db-password", "number": 1, "value": "canary-1"}));
    assert_eq!(read.header("cache-control"), Some("no-store"));
    let audit = world.send("GET", "/api/v1/audit?limit=10", &[], "").await;
    assert!(!audit.text.contains("canary"), "{}", audit.text);
    let actions: Vec<_> =
        audit.json()["items"].as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
    let expected = ["read_secret_value", "change_secret", "add_secret_version", "create_secret"];
    assert_eq!(actions[..4], expected);
    let absent = world.send("GET", &format!("{ONE}/versions/9/value"), &[], "").await;
    assert_eq!(
        (absent.status, absent.code()),
        (StatusCode::NOT_FOUND, "secret-version-not-found".to_owned())
    );
}

#[actix_web::test]
async fn what_cannot_be_a_secret_is_refused_without_its_value() {
    let world = World::new().await;
    let long = "canary".repeat(90_000);
    let cases = [
        (json!({"name": "a b", "value": "canary"}), "`name` cannot be the name of a secret"),
        (json!({"name": "a", "value": ""}), "`value` is empty"),
        (json!({"name": "a", "value": "canary\u{0}"}), "`value` contains a NUL character"),
        (json!({"name": "a", "value": long}), "`value` is longer than 512000 bytes"),
        (json!({"name": "a", "value": "canary"}), "`stacks` is missing: list patterns of the stacks"),
        (
            json!({"name": "a", "value": "canary", "stacks": null}),
            "`stacks` is missing: list patterns of the stacks",
        ),
        (json!({"name": "a", "value": "canary", "stacks": []}), "`stacks` has 1 to 64 patterns"),
        (json!({"name": "a", "value": "canary", "stacks": ["A"]}), "`A` in `stacks` matches no name"),
        (json!({"name": "a", "value": "canary", "description": "x".repeat(501)}), "`description` is longer"),
    ];
    for (body, expected) in cases {
        let refused = create(&world, &body).await;
        assert_eq!(refused.code(), "invalid-request", "{expected}");
        assert!(refused.text.contains(expected) && !refused.text.contains("canary"), "{}", refused.text);
    }
    assert_eq!(world.send("GET", SECRETS, &[], "").await.json()["items"], json!([]));
}

#[actix_web::test]
async fn a_name_is_taken_once_and_an_unknown_one_is_not_found() {
    let world = World::new().await;
    let body = json!({"name": "db-password", "value": "s3cret", "stacks": ["*"]});
    assert_eq!(create(&world, &body).await.status, StatusCode::CREATED);
    assert_eq!(create(&world, &body).await.code(), "secret-exists");
    for (method, path, body) in [
        ("GET", "", ""),
        ("PATCH", "", "{}"),
        ("DELETE", "", ""),
        ("POST", "/versions", r#"{"value": "x"}"#),
        ("GET", "/versions/1/value", ""),
    ] {
        for name in ["other", "a%20b"] {
            let answer = world.send(method, &format!("{SECRETS}/{name}{path}"), &[JSON], body).await;
            assert_eq!(answer.code(), "secret-not-found", "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn a_secret_that_a_stack_uses_is_not_deleted() {
    let world = World::new().await;
    create(&world, &json!({"name": "db-password", "value": "s3cret", "stacks": ["*"]})).await;
    let stack = world.send("POST", "/api/v1/stacks?name=shop", &[YAML], USING).await;
    assert_eq!(stack.status, StatusCode::CREATED, "{}", stack.text);
    assert_eq!(stack.json()["warnings"], json!([]));
    let shown = world.send("GET", ONE, &[], "").await.json();
    assert_eq!(shown["used_by"][0]["name"], "shop");
    let refused = world.send("DELETE", ONE, &[], "").await;
    assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "secret-in-use".to_owned()));
    assert!(refused.text.contains("shop"), "{}", refused.text);
    let id = stack.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    let plain = "services: {web: {image: 'test/busybox:1'}}";
    let saved =
        world.send("POST", &format!("/api/v1/stacks/{id}/versions"), &[YAML, ("If-Match", "*")], plain).await;
    assert!(saved.status.is_success(), "{}", saved.text);
    assert_eq!(world.send("DELETE", ONE, &[], "").await.status, StatusCode::NO_CONTENT);
}

#[actix_web::test]
async fn a_stack_that_asks_for_an_unknown_secret_is_warned_and_its_plan_is_blocked() {
    let world = World::new().await;
    let stack = world.send("POST", "/api/v1/stacks?name=shop", &[YAML], USING).await.json();
    assert_eq!(stack["warnings"][0]["code"], "secret-unavailable", "{stack}");
    world.observe(&[]).await;
    let id = stack["stack"]["stack_id"].as_str().unwrap();
    let plan = world.send("POST", &format!("/api/v1/stacks/{id}/plan/1"), &[], "").await;
    assert!(plan.text.contains("SECRET_UNAVAILABLE"), "{}", plan.text);
    create(&world, &json!({"name": "db-password", "value": "canary-1", "stacks": ["shop"]})).await;
    let plan = world.send("POST", &format!("/api/v1/stacks/{id}/plan/1"), &[], "").await;
    assert!(!plan.text.contains("SECRET_UNAVAILABLE") && !plan.text.contains("canary"), "{}", plan.text);
}
