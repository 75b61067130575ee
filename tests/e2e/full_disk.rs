//! A disk that is full: commands wait for space, and somebody is told.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Installation, Stack, docker, poll, unique};

const SOON: Duration = Duration::from_secs(30);

/// A stack with a file of this many MiB in its version 2.
fn with_large_file(installation: &Installation, mib: usize) -> Stack {
    let compose = "services: {web: {image: 'test/busybox:1', network_mode: none, stop_grace_period: 1s}}";
    let stack = installation.create_named(&unique("full-"), compose);
    stack.apply(1).done();
    let page = "page ".repeat(mib << 20).chars().take(mib << 20).collect::<String>();
    let body = json!({"compose": compose, "files": {"page": page}});
    let (kind, any) = (("Content-Type", "application/json"), ("If-Match", "*"));
    installation.api.post(&stack.path("/versions"), &[kind, any], &body.to_string()).expect(201);
    stack
}

fn ready(installation: &Installation) -> Value {
    installation.api.get("/readyz").body
}

/// Applies version 2 while there is no room for its file, and makes room.
fn applies_when_there_is_space(place: &str) {
    let settings = [("CORE_MONITOR_BODY_LIMIT", "8MiB")];
    let installation = Installation::on_small_disk(&settings, place, 48);
    let disk = installation.disk.as_ref().unwrap();
    let stack = with_large_file(&installation, 4);
    assert_eq!(ready(&installation)["disk"], true);
    // The database goes on in the space that it has.
    disk.fill(2_048);
    let command = stack.begin_apply(2);
    let waits = "there is no space left for the stack's folder";
    installation
        .worker
        .as_ref()
        .unwrap()
        .said("that it waits", SOON, |line| line.contains(waits).then_some(()));
    let told = ready(&installation);
    assert_eq!((&told["disk"], &told["database"]), (&json!(false), &json!(true)), "{told:#}");
    assert!(told["disk_free_bytes"].as_u64() < Some(4 << 20), "{told:#}");
    assert_eq!(command.now().status(), "RUNNING");

    disk.empty();
    let ended = command.ended().done();
    assert_eq!(ended.body["attempt"], 1);
    let page = std::fs::metadata(installation.folder(&stack).join("page")).unwrap();
    assert_eq!(page.len(), 4 << 20);
    assert_eq!(ready(&installation)["disk"], true);
}

#[test]
fn an_apply_waits_while_the_disk_of_the_data_folder_is_full() {
    applies_when_there_is_space("");
}

#[test]
fn an_apply_waits_while_the_disk_of_the_stacks_is_full() {
    applies_when_there_is_space("stacks");
}

#[test]
fn a_command_goes_on_when_the_database_can_be_written_again() {
    let installation = Installation::on_small_disk(&[], "", 48);
    let disk = installation.disk.as_ref().unwrap();
    let stack = installation.create(
        "brimful",
        "
services:
  web:
    image: test/busybox:1
    healthcheck: {test: [CMD, test, -f, /tmp/ready], interval: 200ms, timeout: 5s, retries: 600}
    stop_grace_period: 1s
  app: {image: 'test/busybox:1', depends_on: {web: {condition: service_healthy}}, stop_grace_period: 1s}
",
    );
    let command = stack.begin_apply(1);
    command.events().until("the wait has begun", |event| event.is("PROGRESS", "await_healthy"));
    disk.fill(0);
    // Every save takes some space; the first ones find it in the database.
    let refused = poll("a save is refused", SOON, || {
        let compose = format!(
            "services: {{web: {{image: 'test/busybox:1', labels: {{text: {}}}}}}}",
            "x".repeat(50_000)
        );
        let path = format!("/api/v1/stacks?name={}", unique("refused-"));
        let answer = installation.api.post(&path, &[("Content-Type", "application/yaml")], &compose);
        (answer.status != 201).then_some(answer)
    });
    assert_eq!(refused.problem(503), "database-unavailable", "{:#}", refused.body);
    docker(&["exec", &format!("{}-web-1", stack.name), "touch", "/tmp/ready"]);
    installation
        .worker
        .as_ref()
        .unwrap()
        .said("why it waits", SOON, |line| line.contains("the disk is full").then_some(()));
    let told = ready(&installation);
    assert_eq!((&told["disk"], &told["database"]), (&json!(false), &json!(true)), "{told:#}");
    assert_eq!(command.now().status(), "RUNNING");
    assert_eq!(
        stack.container("app-1")["State"]["Running"],
        false,
        "nothing is done that cannot be recorded"
    );

    disk.empty();
    command.ended().done();
    assert_eq!(stack.container("app-1")["State"]["Running"], true);
}
