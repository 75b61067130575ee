//! Objects of others are never touched.

use serde_json::json;

use crate::harness::{Installation, Stranger, docker, free_port, unique};

#[test]
fn a_taken_port_blocks_the_plan_and_nothing_is_tried() {
    let installation_port = free_port();
    let publish = format!("127.0.0.1:{installation_port}:80");
    let name = unique("stranger-");
    let stranger = Stranger::run(&["--name", &name, "--publish", &publish, "test/busybox:1"]);
    let before = stranger.inspected();
    let installation = Installation::start();
    let stack = installation.create(
        "port",
        &format!(
            "services: {{web: {{image: 'test/busybox:1', ports: ['{publish}'], stop_grace_period: 1s}}}}"
        ),
    );

    let plan = stack.plan(1);
    assert_eq!(plan["blockers"][0]["code"], "PORT_TAKEN", "{plan:#}");
    let message = plan["blockers"][0]["message"]["text"].as_str().unwrap();
    assert!(
        message.contains(&name) && message.contains(&installation_port.to_string()),
        "who holds what: {message}"
    );
    let refused = stack.refused("apply/1", &json!({"plan_id": plan["plan_id"]}));
    assert_eq!(refused.problem(409), "plan-blocked");

    let command = stack.apply(1);
    let failure = command.failed("PORT_TAKEN");
    assert!(failure["message"]["text"].as_str().unwrap().contains(&name), "{failure:#}");
    assert!(command.intents().is_empty(), "nothing was tried");
    assert!(stack.containers().is_empty() && stack.networks().is_empty());
    assert_eq!(stranger.inspected(), before);

    drop(stranger);
    command.retry().done();
    assert_eq!(stack.container("web-1")["State"]["Running"], true);
}

#[test]
fn a_taken_name_fails_and_the_stranger_keeps_it() {
    let installation = Installation::start();
    let stack =
        installation.create("name", "services: {web: {image: 'test/busybox:1', stop_grace_period: 1s}}");
    let name = format!("{}-web-1", stack.name);
    // Even with the labels of docker compose, and even stopped, it is somebody else's.
    let project = format!("com.docker.compose.project={}", stack.name);
    let stranger = Stranger::run(&[
        "--name",
        &name,
        "--label",
        &project,
        "--label",
        "com.docker.compose.service=web",
        "test/busybox:1",
        "true",
    ]);
    docker(&["wait", stranger.id()]);
    let before = stranger.inspected();

    let failed = stack.apply(1);
    let failure = failed.failed("NAME_FOREIGN");
    assert!(failure["message"]["text"].as_str().unwrap().contains(&name), "{failure:#}");
    assert!(failure["message"]["text"].as_str().unwrap().contains("test/busybox:1"), "{failure:#}");
    assert_eq!(stranger.inspected(), before);
    assert!(stack.containers().is_empty());
}

#[test]
fn a_stack_of_another_installation_is_foreign_too() {
    let (one, other) = (Installation::start(), Installation::start());
    let definition = "services: {web: {image: 'test/busybox:1', stop_grace_period: 1s}}";
    let stack = one.create("mine", definition);
    stack.apply(1).done();
    let before = stack.container("web-1");

    let twin = other.create_named(&stack.name, definition);
    twin.apply(1).failed("NAME_FOREIGN");
    assert_eq!(stack.container("web-1"), before);
    assert!(twin.containers().is_empty());
}

#[test]
fn a_foreign_container_on_a_network_keeps_the_network() {
    let installation = Installation::start();
    let stack =
        installation.create("guest", "services: {web: {image: 'test/busybox:1', stop_grace_period: 1s}}");
    stack.apply(1).done();
    let network = format!("{}_default", stack.name);
    let name = unique("guest-");
    let stranger = Stranger::run(&["--name", &name, "--network", &network, "test/busybox:1"]);
    let before = stranger.inspected();

    let command = stack.ask("delete", &json!({}));
    assert_eq!(command.status(), "DONE", "{:#}", command.body);
    let note = command.body["result"]["notes"][0]["text"].as_str().unwrap();
    assert!(note.contains(&network) && note.contains(&name), "{note}");
    assert_eq!(stranger.inspected(), before);
    assert_eq!(stack.networks()[0]["Name"], network.as_str());
    drop(stranger);
    docker(&["network", "rm", &network]);
}
