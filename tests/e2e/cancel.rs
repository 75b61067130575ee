//! Cancelling commands.

use std::time::Duration;

use crate::harness::{Command, Installation, Registry, docker, stopwatch};

/// A cancellation is noticed at the next renewal of the lease, then the wait ends at once. Generous for a busy machine.
const SOON: Duration = Duration::from_secs(5);

fn cancel_soon(command: &Command) -> Command {
    let (ended, took) = stopwatch(|| {
        let answer = command.cancel();
        assert!(matches!(answer.status, 200 | 202), "{:#}", answer.body);
        command.ended()
    });
    assert_eq!(ended.status(), "CANCELLED", "{:#}", ended.body);
    assert!(took < SOON, "{took:?}");
    ended
}

#[test]
fn a_pull_ends_when_it_is_cancelled() {
    let registry = Registry::start(50_000);
    let installation = Installation::start();
    let image = registry.slow_image(1);
    let stack = installation.create(
        "pull",
        &format!("services: {{web: {{image: '{image}', command: [sleep, '86400'], stop_grace_period: 1s}}}}"),
    );
    let command = stack.begin_apply(1);
    command.events().until("the pull is under way", |event| event.is("PROGRESS", "pull_image"));
    cancel_soon(&command);
    assert!(stack.containers().is_empty());

    // The queue goes on, and the image can still be had.
    docker(&["pull", "--quiet", &registry.image(1)]);
    docker(&["tag", &registry.image(1), &image]);
    stack.apply(1).done();
    assert_eq!(stack.container("web-1")["State"]["Running"], true);
    stack.ask("delete", &serde_json::json!({})).done();
}

#[test]
fn a_wait_for_health_ends_when_it_is_cancelled() {
    let installation = Installation::start();
    let stack = installation.create(
        "patience",
        "
services:
  web:
    image: test/busybox:1
    healthcheck: {test: [CMD, 'false'], interval: 1s, timeout: 1s, retries: 600}
    stop_grace_period: 1s
",
    );
    let command = stack.begin_apply(1);
    command.events().until("the wait has begun", |event| event.is("PROGRESS", "await_healthy"));
    let before = stack.runs();
    let ended = cancel_soon(&command);
    assert_eq!(stack.runs(), before, "what was done until then stays");
    let record = ended.events().until("its end", |event| event.kind == "SETTLED");
    let kinds: Vec<_> = record.iter().map(|event| event.kind.as_str()).collect();
    assert!(kinds.contains(&"CANCEL_REQUESTED") && kinds.contains(&"CANCELLED"), "{kinds:?}");
    assert_eq!(command.cancel().problem(409), "command-ended");
    assert!(stack.show()["current_version"].is_null());
}

#[test]
fn a_command_that_waits_its_turn_is_cancelled_at_once() {
    let installation = Installation::without_worker(&[]);
    let stack = installation.create("turn", "services: {web: {image: 'test/busybox:1'}}");
    let command = stack.begin_apply(1);
    assert_eq!(command.cancel().expect(200)["status"], "CANCELLED");
}
