//! Two people, one stack; one request, sent twice.

use serde_json::json;

use crate::harness::{Installation, unique};

const STACK: &str = "services: {web: {image: 'test/busybox:1', stop_grace_period: 1s}}";
const YAML: (&str, &str) = ("Content-Type", "application/yaml");
const JSON: (&str, &str) = ("Content-Type", "application/json");

#[test]
fn a_stale_revision_is_refused_and_nothing_is_queued() {
    let installation = Installation::without_worker(&[]);
    let stack = installation.create("etag", STACK);
    let seen = installation.api.get(&stack.path("")).header("etag").unwrap().to_owned();
    let first = installation.api.post(&stack.path("/apply/1"), &[("If-Match", &seen)], "");
    assert_eq!(first.status, 202);

    let late = installation.api.post(&stack.path("/apply/1"), &[("If-Match", &seen)], "");
    assert_eq!(late.problem(412), "precondition-failed");
    let now = late.header("etag").unwrap();
    assert_ne!(now, seen);
    assert_eq!(now, first.header("etag").unwrap());
    let late = installation.api.post(&stack.path("/versions"), &[("If-Match", &seen), YAML], STACK);
    assert_eq!(late.problem(412), "precondition-failed");
    assert_eq!(installation.api.post(&stack.path("/apply/1"), &[], "").problem(428), "precondition-required");
    assert_eq!(installation.api.get("/api/v1/queue").expect(200)["pending"], 1);
    assert_eq!(stack.show()["latest_version"], 1);
}

#[test]
fn the_same_key_makes_one_command() {
    let installation = Installation::start();
    let stack = installation.create("twice", STACK);
    let key = unique("key-");
    let headers = [("If-Match", "*"), ("Idempotency-Key", key.as_str()), JSON];
    let first = installation.api.post(&stack.path("/apply/1?wait=60"), &headers, "{}");
    assert_eq!(first.header("idempotency-replayed"), None);
    let first = first.expect(200);

    let again = installation.api.post(&stack.path("/apply/1"), &headers, "{}");
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.body["command_id"], first["command_id"]);
    let other = installation.api.post(&stack.path("/apply/1"), &headers, r#"{"on_failure": "rollback"}"#);
    assert_eq!(other.problem(422), "idempotency-mismatch");
    let other = installation.api.post(&stack.path("/stop"), &headers, "{}");
    assert_eq!(other.problem(422), "idempotency-mismatch");
    let commands = installation.api.get(&format!("/api/v1/commands?stack_id={}", stack.id)).expect(200);
    assert_eq!(commands["items"].as_array().unwrap().len(), 2, "CREATE and one APPLY");
}

#[test]
fn an_idempotency_key_creates_one_stack() {
    let installation = Installation::without_worker(&[]);
    let (name, key) = (unique("once-"), unique("key-"));
    let path = format!("/api/v1/stacks?name={name}");
    let headers = [YAML, ("Idempotency-Key", key.as_str())];
    let first = installation.api.post(&path, &headers, STACK).expect(201);
    let again = installation.api.post(&path, &headers, STACK);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201)["stack"]["stack_id"], first["stack"]["stack_id"]);
    assert_eq!(installation.api.post(&path, &[YAML], STACK).problem(409), "name-taken");
    let stacks = installation.api.get("/api/v1/stacks").expect(200);
    assert_eq!(stacks["items"].as_array().unwrap().len(), 1);
}

#[test]
fn every_request_needs_a_valid_token() {
    let installation = Installation::without_worker(&[]);
    let stack = installation.create("secret", STACK);
    for path in [
        "/api/v1/stacks",
        &stack.path(""),
        &stack.path("/status"),
        "/api/v1/commands",
        "/api/v1/events",
        "/metrics",
    ] {
        let answer = installation.stranger().get(path);
        assert_eq!(answer.problem(401), "unauthorized", "{path}");
        assert!(answer.header("www-authenticate").is_some());
    }
    let answer = installation.stranger().post("/api/v1/stacks?name=x", &[YAML], STACK);
    assert_eq!(answer.problem(401), "unauthorized");
    assert_eq!(installation.stranger().get("/healthz").status, 200);
    assert_eq!(installation.api.get("/api/v1/stacks").expect(200)["items"].as_array().unwrap().len(), 1);
}

#[test]
fn unknown_objects_are_not_found() {
    let installation = Installation::without_worker(&[]);
    let stack = installation.create("found", STACK);
    let nobody = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10";
    let any = [("If-Match", "*"), JSON];
    let get = |path: String| installation.api.get(&path).problem(404).to_owned();
    let post = |path: String| installation.api.post(&path, &any, "{}").problem(404).to_owned();
    assert_eq!(get(format!("/api/v1/stacks/{nobody}")), "stack-not-found");
    assert_eq!(get(format!("/api/v1/stacks/{nobody}/status")), "stack-not-found");
    assert_eq!(get("/api/v1/stacks/no-id".to_owned()), "not-found");
    assert_eq!(get(stack.path("/versions/9")), "version-not-found");
    assert_eq!(get(stack.path("/versions/1/diff/9")), "version-not-found");
    assert_eq!(get(format!("/api/v1/commands/{nobody}")), "command-not-found");
    assert_eq!(get(format!("/api/v1/plans/{nobody}")), "plan-not-found");
    assert_eq!(get("/api/v1/nothing".to_owned()), "not-found");
    assert_eq!(post(format!("/api/v1/stacks/{nobody}/apply/1")), "stack-not-found");
    assert_eq!(post(stack.path("/apply/9")), "version-not-found");
    assert_eq!(post(stack.path("/rollback/9")), "version-not-found");
    assert_eq!(post(format!("/api/v1/commands/{nobody}/cancel")), "command-not-found");
    assert_eq!(post(format!("/api/v1/commands/{nobody}/retry")), "command-not-found");
    assert_eq!(stack.refused("start", &json!({})).problem(409), "not-applied");
    assert_eq!(installation.api.get("/api/v1/queue").expect(200)["pending"], 0, "nothing was queued");
}
