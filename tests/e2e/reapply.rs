//! Applying what is there already.

use serde_json::json;

use crate::harness::{Installation, docker};

const STACK: &str = "
services:
  web: {image: 'test/busybox:1', command: [idle], networks: [a, b], volumes: ['data:/data'], stop_grace_period: 1s}
  volatile: {image: 'test/volume:1', command: [idle], stop_grace_period: 1s}
  job: {image: 'test/busybox:1', command: ['true'], depends_on: [web]}
networks: {a: {}, b: {}}
volumes: {data: {}}
";

#[test]
fn nothing_is_touched_when_nothing_has_changed() {
    let installation = Installation::start();
    let stack = installation.create("again", STACK);
    stack.apply(1).done();
    let before = (stack.containers(), stack.networks(), stack.volumes());

    let plan = stack.plan(1);
    assert_eq!((&plan["empty"], &plan["steps"]), (&json!(true), &json!([])), "{}", plan["text"]);
    let command = stack.apply(1).done();
    assert_eq!(command.effects(), 0);
    assert!(command.intents().is_empty());
    assert_eq!(
        (stack.containers(), stack.networks(), stack.volumes()),
        before,
        "not a byte of any inspect has changed"
    );
}

#[test]
fn a_new_version_that_means_the_same_touches_nothing_either() {
    let installation = Installation::start();
    let stack = installation.create("same", STACK);
    stack.apply(1).done();
    let runs = stack.runs();

    let command = stack.update(&format!("# the same, with a comment\n{STACK}")).done();
    assert_eq!(command.effects(), 0);
    assert_eq!(stack.runs(), runs);
    assert_eq!(stack.show()["current_version"], 2, "applied is what was applied");
}

#[test]
fn what_somebody_broke_by_hand_is_repaired_and_nothing_else() {
    let installation = Installation::start();
    let stack = installation.create("repair", STACK);
    stack.apply(1).done();
    let mut runs = stack.runs();
    let name = stack.name.as_str();
    docker(&["network", "disconnect", &format!("{name}_b"), &format!("{name}-web-1")]);
    docker(&["rm", "--force", "--volumes", &format!("{name}-volatile-1")]);

    let command = stack.apply(1).done();
    assert_eq!(
        command.intents(),
        [
            format!("create_container {name}-volatile-1"),
            format!("connect_network {name}-web-1"),
            format!("start_container {name}-volatile-1")
        ]
    );
    let mut repaired = stack.runs();
    assert_ne!(repaired.remove("volatile-1"), runs.remove("volatile-1"));
    assert_eq!(repaired, runs);
    let attached = stack.container("web-1")["NetworkSettings"]["Networks"].as_object().unwrap().len();
    assert_eq!(attached, 2);
}
