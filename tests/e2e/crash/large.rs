//! Commands with large journals, killed at some of their writes.

use std::collections::BTreeMap;

use serde_json::json;

use super::{World, every_write};
use crate::harness::{Command, Moment, Stack};

/// A web server, beside a neighbour. Version 2 writes 60 lines of 4 KiB and ends with an error. Its health is not known
/// before its end, however long the lines take: without a check it could pass for stable until then.
fn definition(version: u32) -> String {
    let health = if version == 1 { "" } else { "healthcheck: {test: [CMD, 'false'], interval: 1h}, " };
    let line = r"head -c 4090 /dev/zero | tr '\\0' x; echo";
    let falls_over = format!("[sh, -c, \"for i in $$(seq 60); do {line}; done; exit 1\"]");
    let command = if version == 1 { "[idle]" } else { falls_over.as_str() };
    format!(
        "
services:
  db: {{image: 'test/busybox:{version}', command: [idle], stop_grace_period: 1s}}
  web: {{image: 'test/busybox:1', command: {command}, restart: 'no', {health}depends_on: [db], stop_grace_period: 1s}}
"
    )
}

fn begin(stack: &Stack) -> Command {
    stack.ask_for("apply/2", &json!({"on_failure": "rollback"}))
}

#[test]
fn a_rollback_with_200_kib_of_last_lines_goes_back_wherever_the_worker_is_killed() {
    let mut world = World::start();
    let stack = world.installation.create("long", &definition(1));
    stack.apply(1).done();
    stack.save(&definition(2));
    let writes = world.undisturbed(|| assert_eq!(begin(&stack).ended().status(), "CANCELLED")).len();
    assert!(writes >= 12, "{writes}");

    // The second half of the writes is the way back.
    let moments = [Moment::After, Moment::Before].into_iter().cycle();
    let step = if every_write() { 1 } else { 3 };
    let back = (writes / 2..writes).step_by(step).chain([writes]);
    for (write, moment) in back.zip(moments) {
        let (killed_at, command) = world.killed(write, moment, || begin(&stack)).unwrap();
        assert_eq!(command.status(), "CANCELLED", "killed {moment:?} {killed_at}: {:#}", command.body);
        let lines = command.body["failure"]["logs"].as_array().unwrap();
        let whole = lines.iter().filter(|line| line.as_str().unwrap().len() == 4_090).count();
        assert_eq!((lines.len(), whole), (50, 50), "killed {moment:?} {killed_at}");
        assert_eq!(stack.show()["current_version"], 1);
        for service in ["db-1", "web-1"] {
            let container = stack.container(service);
            assert_eq!(container["Config"]["Labels"]["io.core-monitor.version"], "1", "{killed_at}");
            assert_eq!(container["State"]["Running"], true, "{killed_at}");
        }
    }
}

/// So many that the list of their runs is longer than an event may be. An engine takes a minute and all processors for them; the
/// ordinary run has several for each of the worker's lanes, and leaves the long list to the simulation (`long_journals`), which
/// has 300.
fn many() -> usize {
    if every_write() { 150 } else { 40 }
}

#[test]
fn a_restart_of_many_containers_ends_each_run_once_though_the_worker_is_killed() {
    let many = many();
    let mut world = World::start();
    let stack = world.installation.create(
        "many",
        &format!(
            "services: {{web: {{image: 'test/busybox:1', command: [idle], network_mode: none, scale: {many}}}}}"
        ),
    );
    stack.apply(1).done();
    let before = stack.runs();
    let restart = || stack.ask_for("restart", &json!({}));
    let (killed_at, command) = world.killed(many / 2, Moment::After, restart).unwrap();
    assert_eq!(command.status(), "DONE", "killed {killed_at}: {:#}", command.body);
    let after = stack.runs();
    assert_eq!((before.len(), after.len()), (many, many));
    let kept: Vec<_> = before.iter().filter(|(name, run)| after[*name] == **run).collect();
    assert!(kept.is_empty(), "not restarted: {kept:?}");
    let mut intents: BTreeMap<String, usize> = BTreeMap::new();
    for intent in command.intents() {
        let container = intent.split_whitespace().last().unwrap().to_owned();
        *intents.entry(container).or_default() += 1;
    }
    // Those under way when the worker was killed have a second one: to restart again, or to start what was only
    // stopped.
    let twice = intents.values().filter(|times| **times > 1).count();
    assert!(intents.len() == many && twice <= 8, "{twice} of {}: {intents:?}", intents.len());
}
