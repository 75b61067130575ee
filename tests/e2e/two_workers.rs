//! Two workers by mistake.

use std::time::Duration;

use crate::harness::{Installation, docker, stopwatch};

const LIMIT: Duration = Duration::from_secs(30);
/// From the death of one worker to the work of the next.
const TAKEOVER: Duration = Duration::from_secs(3);

#[test]
fn the_second_says_why_it_waits_and_takes_over_when_the_first_dies() {
    let mut installation = Installation::start();
    let first = installation.worker().pid();
    let second = installation.spawn_worker();
    let why = second.said("why it waits", LIMIT, |line| {
        line.contains("another worker is at work").then(|| line.to_owned())
    });
    assert!(why.contains(&first.as_raw_nonzero().to_string()), "it names the process: {why}");

    let stack = installation.create(
        "takeover",
        "
services:
  web:
    image: test/busybox:1
    healthcheck: {test: [CMD, test, -f, /tmp/ready], interval: 200ms, timeout: 5s, retries: 600}
    stop_grace_period: 1s
",
    );
    let command = stack.begin_apply(1);
    command.events().until("the first one waits for health", |event| event.is("PROGRESS", "await_healthy"));
    let runs = stack.runs();
    let (record, took) = stopwatch(|| {
        installation.worker().kill();
        command.events().until("the second one goes on", |event| event.kind == "ADOPTED")
    });
    assert!(took < TAKEOVER, "{took:?}");
    let epochs: Vec<_> = record.iter().filter_map(|event| event.data["epoch"].as_i64()).collect();
    assert!(
        epochs.is_sorted() && epochs.first() < epochs.last(),
        "each worker has its own fence: {epochs:?}"
    );

    docker(&["exec", &format!("{}-web-1", stack.name), "touch", "/tmp/ready"]);
    let ended = command.ended().done();
    assert_eq!(ended.body["attempt"], 2);
    assert_eq!(stack.runs(), runs, "what the first one made is used");
    drop(second);
}

#[test]
fn a_worker_that_is_asked_to_end_leaves_its_command_to_the_next() {
    let mut installation = Installation::start();
    let stack = installation.create(
        "handover",
        "
services:
  web:
    image: test/busybox:1
    healthcheck: {test: [CMD, test, -f, /tmp/ready], interval: 200ms, timeout: 5s, retries: 600}
    stop_grace_period: 1s
",
    );
    let command = stack.begin_apply(1);
    command.events().until("the wait has begun", |event| event.is("PROGRESS", "await_healthy"));
    let runs = stack.runs();
    assert!(installation.worker().terminate().success());
    assert_eq!(command.now().status(), "RUNNING");
    installation.start_worker();
    docker(&["exec", &format!("{}-web-1", stack.name), "touch", "/tmp/ready"]);
    command.ended().done();
    assert_eq!(stack.runs(), runs);
}
