//! Starting, stopping and restarting stacks.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::{Installation, Stack, moment};

const STACK: &str = "
services:
  db: {image: 'test/busybox:1', command: [idle], stop_grace_period: 1s}
  web: {image: 'test/busybox:1', command: [idle], depends_on: [db], stop_grace_period: 1s}
";

fn at(stack: &Stack, container: &str, event: &str) -> Timestamp {
    moment(&stack.container(container)["State"][event])
}

fn running(stack: &Stack) -> Vec<(String, bool)> {
    let up = |container: Value| container["State"]["Running"].as_bool().unwrap();
    stack.containers().into_iter().map(|(name, container)| (name, up(container))).collect()
}

#[test]
fn a_stack_stops_and_starts_in_order_and_keeps_its_containers() {
    let installation = Installation::start();
    let stack = installation.create("power", STACK);
    stack.apply(1).done();
    let ids = |stack: &Stack| stack.runs().into_values().map(|(id, _)| id).collect::<Vec<_>>();
    let made = ids(&stack);

    stack.ask("stop", &json!({})).done();
    assert_eq!(running(&stack), [("db-1".to_owned(), false), ("web-1".to_owned(), false)]);
    assert!(at(&stack, "web-1", "FinishedAt") <= at(&stack, "db-1", "FinishedAt"), "dependents first");
    assert_eq!(stack.ask("stop", &json!({})).done().effects(), 0);
    assert_eq!(stack.status()["state"], "stopped");

    stack.ask("start", &json!({})).done();
    assert_eq!(running(&stack), [("db-1".to_owned(), true), ("web-1".to_owned(), true)]);
    assert!(at(&stack, "db-1", "StartedAt") <= at(&stack, "web-1", "StartedAt"), "dependencies first");
    assert_eq!(stack.ask("start", &json!({})).done().effects(), 0);

    let before = stack.runs();
    stack.ask("restart", &json!({})).done();
    let after = stack.runs();
    assert!(after.iter().all(|(name, run)| run.1 > before[name].1), "each was started again");
    assert_eq!(ids(&stack), made, "the same containers all along");
}

#[test]
fn a_single_service_can_be_restarted() {
    let installation = Installation::start();
    let stack = installation.create("alone", STACK);
    stack.apply(1).done();
    let before = stack.runs();

    stack.ask("stop", &json!({"service": "web"})).done();
    assert_eq!(running(&stack), [("db-1".to_owned(), true), ("web-1".to_owned(), false)]);
    assert_eq!(stack.status()["state"], "partial");
    stack.ask("start", &json!({"service": "web"})).done();
    stack.ask("restart", &json!({"service": "web"})).done();
    let after = stack.runs();
    assert_eq!(after["db-1"], before["db-1"], "it was not requested");
    assert!(after["web-1"].1 > before["web-1"].1);
}
