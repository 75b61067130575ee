//! One answer with status 500 at a write, before or after the engine acted: what happened is unknown, so the worker looks
//! again and goes on.
//!
//! The ordinary run takes a sample of the writes, `EVERY_WRITE=1` takes all of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::World;
use super::state::{difference, state};
use crate::harness::{Blow, Command, Moment, Proxy, Stack, Trap, unique};

/// A dependency with health, a service on two networks, one of which the update replaces, and both kinds of volumes.
fn definition(release: u32) -> String {
    format!(
        "
services:
  db:
    image: test/busybox:{release}
    volumes: ['rows:/rows', /scratch]
    healthcheck: {{test: [CMD, 'true'], interval: 200ms, timeout: 10s, retries: 50}}
    stop_grace_period: 1s
  web:
    image: test/busybox:1
    environment: {{RELEASE: '{release}'}}
    networks: {{default: {{}}, back: {{aliases: [application]}}}}
    depends_on: {{db: {{condition: service_healthy}}}}
    stop_grace_period: 1s
networks: {{back: {{internal: {internal}}}}}
volumes: {{rows: {{}}}}
",
        internal = release == 2
    )
}

/// The commands of a story, from the first apply to the end of the stack.
const COMMANDS: [&str; 4] = ["apply/1", "apply/2", "restart", "delete"];

fn begin(stack: &Stack, command: &str) -> Command {
    let body = if command == "delete" { json!({"volumes": true}) } else { json!({}) };
    stack.ask_for(command, &body)
}

/// A stack with both versions; always of the same name, because hashes of definitions depend on it.
fn create(world: &World, name: &str) -> Stack {
    let stack = world.installation.create_named(name, &definition(1));
    stack.save(&definition(2));
    stack
}

/// The changes of a command that do not have exactly one intent and one outcome.
fn unpaired(command: &Command) -> Vec<String> {
    let mut pairs = BTreeMap::<u64, (u32, u32)>::new();
    for event in command.events().until("the command's end", |event| event.kind == "SETTLED") {
        let Some(effect) = event.data["detail"]["effect"].as_u64() else { continue };
        let counts = pairs.entry(effect).or_default();
        match event.kind.as_str() {
            "INTENT" => counts.0 += 1,
            "OUTCOME" => counts.1 += 1,
            _ => {}
        }
    }
    let odd = pairs.into_iter().filter(|(_, counts)| *counts != (1, 1));
    odd.map(|(effect, (intents, outcomes))| {
        format!("effect {effect} has {intents} intents and {outcomes} outcomes")
    })
    .collect()
}

/// Runs a command with one refusal at one of its writes; what differs from what is expected.
fn refused(
    proxy: &Proxy,
    stack: &Stack,
    command: &str,
    (write, moment): (usize, Moment),
    expected: &Value,
) -> Vec<String> {
    proxy.arm(Trap { blow: Blow::Refuse, write, moment });
    let ended = begin(stack, command).ended();
    let mut wrong = unpaired(&ended);
    if ended.status() != "DONE" {
        wrong.push(format!("it ended {}: {}", ended.status(), ended.body["failure"]));
        // What comes behind it would wait for ever.
        ended.cancel();
    }
    wrong.extend(difference(expected, &state(stack)));
    let at = proxy.sprung().unwrap_or_else(|| {
        wrong.push("there was no such write".to_owned());
        String::new()
    });
    wrong
        .into_iter()
        .map(|wrong| format!("{command}, refused {moment:?} write {write}, {at}: {wrong}"))
        .collect()
}

#[test]
fn a_500_at_any_write_of_a_stacks_life_changes_nothing_of_its_end() {
    let world = World::start();
    let name = unique("refused-");
    let stack = create(&world, &name);
    let mut writes = Vec::new();
    let mut expected = Vec::new();
    for command in COMMANDS {
        let made = world.undisturbed(|| {
            let ended = begin(&stack, command).ended().done();
            assert_eq!(unpaired(&ended), [""; 0]);
        });
        writes.push(made.len());
        expected.push(state(&stack));
    }
    let most = *writes.iter().max().unwrap();
    assert!(writes.iter().sum::<usize>() >= 30 && most >= 12, "the story has become too short: {writes:?}");

    let (mut points, mut diverged) = (BTreeSet::new(), Vec::new());
    for (story, moment) in stories(most) {
        let stack = create(&world, &name);
        for (index, command) in COMMANDS.into_iter().enumerate() {
            // Each story refuses one write of each command; those with few writes have their turn more than once.
            let write = 1 + (story - 1) % writes[index];
            points.insert((command, write, moment == Moment::Before));
            diverged.extend(refused(&world.proxy, &stack, command, (write, moment), &expected[index]));
        }
    }
    eprintln!(
        "a 500 at a write: {} of {} points, {} diverged",
        points.len(),
        2 * writes.iter().sum::<usize>(),
        diverged.len()
    );
    assert_eq!(diverged, [""; 0]);
}

/// Which write of each command is refused, and when: all, or a few that are far apart.
fn stories(most: usize) -> Vec<(usize, Moment)> {
    if super::every_write() {
        return (1..=most).flat_map(|write| [(write, Moment::Before), (write, Moment::After)]).collect();
    }
    let moments = [Moment::After, Moment::Before].into_iter().cycle();
    (2..=most).step_by(5).zip(moments).collect()
}
