//! The end of a stack.

use serde_json::json;

use crate::harness::{Installation, Stack, Stranger, docker, try_docker};

const STACK: &str = "
services:
  db: {image: 'test/volume:1', command: [idle], volumes: ['rows:/rows'], stop_grace_period: 1s}
  web: {image: 'test/busybox:1', command: [idle], networks: [front, default], depends_on: [db], stop_grace_period: 1s}
networks: {front: {}}
volumes: {rows: {}}
";

fn anonymous_volume(stack: &Stack) -> String {
    let mounts = stack.container("db-1")["Mounts"].clone();
    let found =
        mounts.as_array().unwrap().iter().find(|mount| mount["Destination"] == "/data").unwrap().clone();
    found["Name"].as_str().unwrap().to_owned()
}

#[test]
fn without_volumes_the_data_stays_and_is_found_again() {
    let installation = Installation::start();
    let stack = installation.create("delete", STACK);
    stack.apply(1).done();
    let name = stack.name.as_str();
    docker(&["exec", &format!("{name}-db-1"), "sh", "-c", "echo kept > /rows/mark"]);
    let stranger =
        Stranger::run(&["--label", &format!("com.docker.compose.project={name}"), "test/busybox:1"]);
    let before = stranger.inspected();

    stack.ask("delete", &json!({})).done();
    assert!(stack.containers().is_empty());
    assert!(stack.networks().is_empty());
    assert_eq!(stack.volumes().len(), 1);
    assert_eq!(stranger.inspected(), before, "the same project name does not make it ours");
    assert_eq!(installation.api.get(&stack.path("")).problem(404), "stack-not-found");

    let heir = installation.create_named(name, STACK);
    heir.apply(1).done();
    assert_eq!(docker(&["exec", &format!("{name}-db-1"), "cat", "/rows/mark"]), "kept");
    let plan = heir.plan(1);
    assert_eq!(plan["notes"], json!([]), "the volume is the heir's own");
    heir.ask("delete", &json!({"volumes": true})).done();
    assert!(heir.containers().is_empty());
    assert_eq!(stack.volumes().len(), 0, "what the earlier stack left went with the heir");
}

#[test]
fn what_a_living_stack_made_is_not_inherited() {
    let installation = Installation::start();
    let lender = installation.create("lender", STACK);
    lender.apply(1).done();
    let lent = format!("{}_rows", lender.name);
    let borrows = STACK.replace("rows: {}", &format!("rows: {{name: '{lent}'}}"));
    let borrower = installation.create("borrower", &borrows);
    borrower.apply(1).done();
    borrower.ask("delete", &json!({})).done();
    let heir = installation.create_named(&borrower.name, &borrows);
    heir.apply(1).done();
    heir.ask("delete", &json!({"volumes": true})).done();
    assert_eq!(lender.volumes().len(), 1);
    assert_eq!(lender.container("db-1")["State"]["Running"], true);
}

#[test]
fn with_volumes_nothing_stays() {
    let installation = Installation::start();
    let stack = installation.create("wipe", STACK);
    stack.apply(1).done();
    let anonymous = anonymous_volume(&stack);
    // Handed over to a successor by name, the volume is no longer anonymous to the engine.
    stack
        .update(
            &STACK.replace("volumes: ['rows:/rows'],", "volumes: ['rows:/rows'], environment: {NEW: '1'},"),
        )
        .done();
    assert_eq!(anonymous_volume(&stack), anonymous);

    let command = stack.ask("delete", &json!({"volumes": true})).done();
    assert!(command.effects() > 0);
    assert_eq!((stack.containers().len(), stack.networks().len(), stack.volumes().len()), (0, 0, 0));
    assert!(
        try_docker(&["volume", "inspect", &anonymous]).is_err(),
        "the anonymous volume went with its container"
    );
    let history = installation.api.get(&format!("/api/v1/commands?stack_id={}", stack.id)).expect(200);
    let kinds: Vec<_> = history["items"].as_array().unwrap().iter().map(|command| &command["type"]).collect();
    assert_eq!(kinds, ["DELETE", "APPLY", "UPDATE", "APPLY", "CREATE"], "its commands can still be read");
}
