//! Deployments beside services that are down or loop.

use std::time::Duration;

use serde_json::Value;

use super::within;
use crate::harness::{Installation, Stack, docker, poll};

const PATIENCE: Duration = Duration::from_secs(30);

/// A service with a slot, one that ends time and again as soon as somebody asks for it, and one to be stopped.
const BESIDE: &str = r"
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'while :; do sleep 0.1; done']
    stop_grace_period: 0s
    x-core-monitor:
      deploy:
        app: { target: /opt/, as: app.sh, activate: { exec: [sh, /opt/app.sh] } }
        lost: { target: /opt/, as: lost.sh, activate: { exec: [no-such-program, /opt/lost.sh] } }
  loop:
    image: test/busybox:1
    command: [sh, -c, 'while [ ! -e /tmp/end ]; do sleep 0.1; done; exit 3']
    restart: always
    stop_grace_period: 0s
  down:
    image: test/busybox:1
    command: [sh, -c, 'while :; do sleep 0.1; done']
    stop_grace_period: 0s
";

/// Both are in trouble from now on.
fn trouble(stack: &Stack) {
    docker(&["stop", &format!("{}-down-1", stack.name)]);
    within(stack, "loop-1", &["touch", "/tmp/end"]);
    poll("it loops", PATIENCE, || {
        (stack.container("loop-1")["RestartCount"].as_u64() > Some(0)).then_some(())
    });
}

fn started_at(stack: &Stack, container: &str) -> Value {
    stack.container(container)["State"]["StartedAt"].clone()
}

#[test]
fn what_was_down_before_fails_no_deployment_and_no_way_back() {
    let installation = Installation::start();
    let stack = installation.create("beside", BESIDE);
    stack.apply(1).done();
    trouble(&stack);
    let (web, down) = (started_at(&stack, "web-1"), started_at(&stack, "down-1"));
    stack.deploy("web/app", "app.sh", b"echo one\n").done();
    let failed = stack.deploy("web/app", "app.sh", b"exit 4\n").ended();
    assert_eq!(failed.status(), "CANCELLED", "{:#}", failed.body);
    let failure = &failed.body["failure"];
    assert_eq!(failure["code"], "ACTIVATION_FAILED");
    let hint =
        "check the last lines of its output and `activate` of the slot; then deploy the artifact again";
    assert_eq!(failure["hint"]["text"], hint);
    assert_eq!(within(&stack, "web-1", &["cat", "/opt/app.sh"]), "echo one");
    assert_eq!(started_at(&stack, "web-1"), web, "it ran all the time");
    assert_eq!(started_at(&stack, "down-1"), down, "nobody has started it");
    assert_eq!(stack.status()["drift"]["drifted"], true, "it is still shown");
    stack.deploy("web/app", "app.sh", b"echo two\n").done();
}

#[test]
fn a_program_that_the_container_does_not_have_is_named_so() {
    let installation = Installation::start();
    let stack = installation.create("no-program", BESIDE);
    stack.apply(1).done();
    let failed = stack.deploy("web/lost", "lost.sh", b"echo one\n").ended();
    assert_eq!(failed.status(), "CANCELLED", "{:#}", failed.body);
    let message = failed.body["failure"]["message"]["text"].as_str().unwrap();
    let said = "`no-such-program`: the container has no such program; give its whole path, or one that its image has";
    assert!(message.ends_with(said), "{message}");
}
