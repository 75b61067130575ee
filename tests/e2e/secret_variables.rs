//! Secret variables on a real engine.

use serde_json::{Value, json};

use crate::harness::{Installation, Stack, docker};

const COMPOSE: &str = r#"
services:
  web:
    image: test/busybox:1
    command: [sh, -c, "exec idle", "${PASSWORD}"]
    environment: {URL: "postgres://app:${PASSWORD}@db"}
    env_file: [web.env]
    healthcheck: {test: ["CMD", "true", "${PASSWORD}"], interval: 500ms}
    configs: [page]
    secrets: [key]
    stop_grace_period: 1s
configs:
  page: {content: "password = ${PASSWORD}"}
secrets:
  key: {environment: PASSWORD}
"#;

fn body(field: &str, value: &Value) -> Value {
    json!({"compose": COMPOSE, "files": {"web.env": "FROM_FILE=${PASSWORD}\n"}, field: value})
}

/// Everything a container got from the variable.
fn received(stack: &Stack) -> Value {
    let web = stack.container("web-1");
    let id = web["Id"].as_str().unwrap();
    let config = &web["Config"];
    json!({
        "env": config["Env"], "cmd": config["Cmd"], "test": config["Healthcheck"]["Test"],
        "page": docker(&["exec", id, "cat", "/page"]),
        "key": docker(&["exec", id, "cat", "/run/secrets/key"]),
    })
}

#[test]
fn a_container_gets_a_secret_variable_as_a_plain_one() {
    let installation = Installation::start();
    let value = "pa$$ w=rd\"'`$(x)";
    let secret = installation.create_posting(
        &crate::harness::unique("secret-"),
        &body("secret_variables", &json!({"PASSWORD": {"value": value}})),
    );
    secret.apply(1).done();
    let plain = installation
        .create_posting(&crate::harness::unique("plain-"), &body("variables", &json!({"PASSWORD": value})));
    plain.apply(1).done();
    assert_eq!(received(&secret), received(&plain));
    assert!(received(&secret)["page"].as_str().unwrap().contains(value));
    let again = secret.apply(1).done();
    assert_eq!(again.effects(), 0, "no drift: {:?}", again.intents());
}

#[test]
fn a_rotated_secret_replaces_its_containers_and_a_rollback_brings_the_old_one_back() {
    let installation = Installation::start();
    let (first, second) = ("kanary-first-value", "kanary-second-value");
    let given = |value: &str| body("secret_variables", &json!({"PASSWORD": {"value": value}}));
    let stack = installation.create_posting(&crate::harness::unique("rotate-"), &given(first));
    stack.apply(1).done();
    assert_eq!(received(&stack)["key"], first);

    let save = |body: &Value| {
        let (kind, any) = (("Content-Type", "application/json"), ("If-Match", "*"));
        let saved =
            installation.api.post(&stack.path("/versions"), &[kind, any], &body.to_string()).expect(201);
        saved["version"]["version"].as_u64().unwrap()
    };
    let rotated = save(&given(second));
    let plan = stack.plan(rotated).to_string();
    assert!(plan.contains("environment") && !plan.contains("kanary"), "{plan}");
    stack.apply(rotated).done();
    assert_eq!(received(&stack)["key"], second);

    let kept = save(&body("secret_variables", &json!({})));
    assert_eq!(stack.apply(kept).done().effects(), 0, "a kept value replaces nothing");
    stack.ask("rollback/1", &json!({})).done();
    assert_eq!(received(&stack)["key"], first);

    let shown = installation.api.get(&stack.path(&format!("/versions/{kept}"))).expect(200);
    assert_eq!(shown["secret_variables"]["PASSWORD"]["set_in"], rotated);
    assert!(!shown.to_string().contains("kanary"), "{shown:#}");
    let written = installation.database_bytes();
    assert!(!written.windows(7).any(|window| window == b"kanary-"), "in the database");
    assert!(!installation.said().contains("kanary"), "in the logs");
}
