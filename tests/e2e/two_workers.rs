//! Two workers by mistake.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
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
        line.contains("another worker is running").then(|| line.to_owned())
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
fn a_second_worker_that_waits_and_ends_leaves_the_engine_link_to_the_first() {
    let installation = Installation::start();
    installation.api.get("/api/v1/projects").expect(200);
    // The server keeps its connection, which outlives the socket's name; whoever connects next needs the name.
    let socket = installation.data().join("engine-link.sock");
    let bound = || fs::metadata(&socket).map(|socket| socket.ino()).ok();
    let first = bound();
    assert!(first.is_some());
    let mut second = installation.spawn_worker();
    second.said("why it waits", LIMIT, |line| line.contains("another worker is running").then_some(()));
    assert_eq!(bound(), first, "the second one has taken the socket");
    assert!(second.terminate().success());
    assert_eq!(bound(), first, "the second one has removed the socket");
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

/// More than the number of deaths without progress that end a command.
const DEATHS: usize = 6;

#[test]
fn workers_that_die_while_a_command_only_waits_do_not_end_it() {
    let mut installation = Installation::start();
    let stack = installation.create(
        "patient",
        "
services:
  web:
    image: test/busybox:1
    healthcheck: {test: [CMD, test, -f, /tmp/ready], interval: 200ms, timeout: 5s, retries: 600}
    stop_grace_period: 1s
",
    );
    let command = stack.begin_apply(1);
    let waits = |attempt: usize| {
        let adopted = Cell::new(1);
        command.events().until("it waits again", |event| {
            adopted.set(adopted.get() + usize::from(event.kind == "ADOPTED"));
            adopted.get() == attempt && event.is("PROGRESS", "await_healthy")
        });
    };
    waits(1);
    let runs = stack.runs();
    for death in 1..=DEATHS {
        installation.worker().kill();
        installation.start_worker();
        waits(death + 1);
    }
    docker(&["exec", &format!("{}-web-1", stack.name), "touch", "/tmp/ready"]);
    let ended = command.ended().done();
    assert_eq!(ended.body["attempt"], DEATHS + 1);
    assert_eq!(stack.runs(), runs, "it was never touched again");
}
