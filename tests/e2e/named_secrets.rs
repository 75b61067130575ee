//! Named secrets on a real engine.

use serde_json::{Value, json};

use crate::harness::{Installation, Stack, docker, unique};

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn file(stack: &Stack) -> String {
    let web = stack.container("web-1");
    docker(&["exec", web["Id"].as_str().unwrap(), "cat", "/run/secrets/db"])
}

#[test]
fn a_stack_gets_a_secret_as_a_file_and_its_new_version_by_a_plan() {
    let installation = Installation::start();
    let name = unique("db-password-");
    let (first, second) = ("kanary-first-value", "kanary-second-value");
    let body = json!({"name": name, "value": first, "stacks": ["named-*"]}).to_string();
    installation.api.post("/api/v1/secrets", &[JSON], &body).expect(201);
    let compose = format!(
        "services:\n  web:\n    image: test/busybox:1\n    command: [sh, -c, exec idle]\n    secrets: [db]\n    \
         environment: {{TOKEN: '${{TOKEN}}'}}\n    stop_grace_period: 1s\nsecrets:\n  db: {{external: true, name: {name}}}\n"
    );
    let body = json!({"compose": compose, "secret_variables": {"TOKEN": {"secret": name}}});
    let stack = installation.create_posting(&unique("named-"), &body);
    stack.apply(1).done();
    assert_eq!(file(&stack), first);
    assert_eq!(stack.apply(1).done().effects(), 0, "no drift");

    let versions = format!("/api/v1/secrets/{name}/versions");
    installation.api.post(&versions, &[JSON], &json!({"value": second}).to_string()).expect(201);
    let plan = stack.plan(1).to_string();
    assert!(plan.contains(&format!("secret {name} has a new version")) && !plan.contains("kanary"), "{plan}");
    assert_eq!(file(&stack), first, "nothing happens without an apply");
    stack.apply(1).done();
    assert_eq!(file(&stack), second);
    let variables: Value = stack.container("web-1")["Config"]["Env"].clone();
    assert!(variables.to_string().contains(&format!("TOKEN={second}")), "{variables}");

    let written = installation.database_bytes();
    assert!(!written.windows(7).any(|window| window == b"kanary-"), "in the database");
    assert!(!installation.said().contains("kanary"), "in the logs");
}
