//! Deleting a stack.

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
fn volumes_of_an_existing_stack_are_not_taken_over() {
    let installation = Installation::start();
    let lender = installation.create("lender", STACK);
    lender.apply(1).done();
    let lent = format!("{}_rows", lender.name);
    let takes = STACK.replace("rows: {}", &format!("rows: {{name: '{lent}'}}"));
    let borrower = installation.create("borrower", &takes);
    let refused = borrower.apply(1);
    refused.failed("NAME_FOREIGN");
    refused.cancel();
    let borrows = STACK.replace("rows: {}", &format!("rows: {{external: true, name: '{lent}'}}"));
    borrower.update(&borrows).done();
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
    let kinds: Vec<_> = history["items"].as_array().unwrap().iter().map(|command| &command["kind"]).collect();
    assert_eq!(kinds, ["DELETE", "APPLY", "UPDATE", "APPLY", "CREATE"], "its commands can still be read");
}

/// The names of the volumes that the engine named, of one container.
fn unnamed_volumes(stack: &Stack, container: &str) -> Vec<String> {
    let mounts = stack.container(container)["Mounts"].clone();
    let names = mounts.as_array().unwrap().iter().filter_map(|mount| mount["Name"].as_str());
    names.filter(|name| name.len() == 64).map(str::to_owned).collect()
}

const SCRATCH: &str = "
services:
  pair: {image: 'test/volume:1', command: [idle], scale: 2, stop_grace_period: 1s}
  old: {image: 'test/volume:1', command: [idle], stop_grace_period: 1s}
  moves: {image: 'test/busybox:1', command: [idle], volumes: ['/scratch'], stop_grace_period: 1s}
";

#[test]
fn volumes_of_containers_that_are_gone_go_with_the_stack_and_those_of_others_stay() {
    let installation = Installation::start();
    let stack = installation.create("gone", SCRATCH);
    stack.apply(1).done();
    let made: Vec<String> = ["pair-1", "pair-2", "old-1", "moves-1"]
        .iter()
        .flat_map(|container| unnamed_volumes(&stack, container))
        .collect();
    assert_eq!(made.len(), 4, "{made:?}");
    let stranger = Stranger::run(&["test/volume:1", "idle"]);
    let old = SCRATCH.lines().find(|line| line.contains("old:")).unwrap();
    let fewer = SCRATCH.replace(old, "").replace("scale: 2", "scale: 1").replace("volumes:", "tmpfs:");
    stack.update(&fewer).done();
    assert_eq!(stack.containers().len(), 2);
    let there = |name: &String| try_docker(&["volume", "inspect", name]).is_ok();
    assert!(made.iter().all(there), "an update removes no data");

    stack.ask("delete", &json!({"volumes": true})).done();
    assert_eq!(made.iter().filter(|name| there(name)).count(), 0, "{made:?}");
    let theirs = stranger.inspected()["Mounts"][0]["Name"].as_str().unwrap().to_owned();
    assert!(there(&theirs));
}

#[test]
fn a_stack_that_is_taken_down_comes_back_with_its_data() {
    let installation = Installation::start();
    let stack = installation.create("down", STACK);
    stack.apply(1).done();
    let name = stack.name.as_str();
    docker(&["exec", &format!("{name}-db-1"), "sh", "-c", "echo kept > /rows/mark"]);
    stack.ask("delete", &json!({"definition": false})).done();
    assert!(stack.containers().is_empty() && stack.networks().is_empty());
    let shown = installation.api.get(&stack.path("")).expect(200);
    assert_eq!((&shown["current_version"], &shown["latest_version"]), (&json!(null), &json!(1)));
    stack.apply(1).done();
    assert_eq!(docker(&["exec", &format!("{name}-db-1"), "cat", "/rows/mark"]), "kept");
    stack.ask("delete", &json!({"volumes": true})).done();
    assert_eq!(stack.volumes().len(), 0);
}

#[test]
fn what_a_forgotten_stack_has_left_is_imported_again_and_nothing_restarts() {
    let installation = Installation::start();
    let stack = installation.create("forget", STACK);
    stack.apply(1).done();
    let run = |stack: &Stack| {
        let container = stack.container("web-1");
        (container["Id"].clone(), container["State"]["StartedAt"].clone())
    };
    let before = run(&stack);
    assert_eq!(stack.ask("delete", &json!({"containers": false})).done().effects(), 0);
    assert_eq!(installation.api.get(&stack.path("")).problem(404), "stack-not-found");
    assert_eq!(run(&stack), before, "it goes on");

    let address = format!("/api/v1/projects/{}/import", stack.name);
    let made = installation.api.post(&address, &[], "").expect(201);
    assert_eq!(made["preview"]["plan"]["empty"], true, "{:#}", made["preview"]);
    let id = made["stack"]["stack_id"].as_str().unwrap().to_owned();
    let heir = Stack { api: installation.api.clone(), id, name: stack.name.clone() };
    assert_eq!(heir.apply(1).done().effects(), 0);
    // What runs keeps the labels of the stack that made it, by which the harness finds it.
    assert_eq!(run(&stack), before, "nothing was started again");
    heir.ask("delete", &json!({"volumes": true})).done();
    assert!(stack.containers().is_empty() && stack.volumes().is_empty());
}
