//! The engine goes away and comes back.

use std::time::Duration;

use crate::harness::{Installation, Proxy, docker, poll};

const LIMIT: Duration = Duration::from_secs(30);

fn definition(text: &str) -> String {
    format!(
        "services: {{web: {{image: 'test/busybox:1', environment: {{TEXT: {text}}}, stop_grace_period: 1s}}}}"
    )
}

#[test]
fn reads_go_on_and_commands_wait_until_it_is_back() {
    let proxy = Proxy::start();
    let installation = Installation::with(&[("DOCKER_HOST", &proxy.address())]);
    let stack = installation.create("down", &definition("one"));
    stack.apply(1).done();
    let runs = stack.runs();

    proxy.cut();
    let version = stack.save(&definition("two"));
    let command = stack.begin_apply(version);
    command.events().until("the worker says that it waits", |event| event.kind == "RETRYING");
    assert_eq!(command.now().status(), "RUNNING");
    let observed = stack.status();
    assert_eq!(
        observed["services"][0]["containers"].as_array().unwrap().len(),
        1,
        "what was last seen: {observed:#}"
    );
    let aged = poll("the observation's age grows", LIMIT, || {
        Some(stack.status()).filter(|status| status["age_seconds"].as_f64() > Some(2.0))
    });
    assert_eq!(aged["observed_at"], observed["observed_at"]);
    assert_eq!(stack.runs(), runs, "the engine itself was never touched");

    proxy.mend();
    command.ended().done();
    assert_ne!(stack.runs(), runs);
    let fresh = poll("the observation is fresh again", LIMIT, || {
        Some(stack.status()).filter(|status| status["age_seconds"].as_f64() < Some(2.0))
    });
    assert_eq!(fresh["current_version"], 2);
}

#[test]
fn an_answer_that_got_lost_is_not_asked_for_twice() {
    let proxy = Proxy::start();
    let installation = Installation::with(&[("DOCKER_HOST", &proxy.address())]);
    let stack = installation.create(
        "lost",
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
    proxy.cut();
    command.events().until("the worker says that it waits", |event| event.kind == "RETRYING");
    docker(&["exec", &format!("{}-web-1", stack.name), "touch", "/tmp/ready"]);
    proxy.mend();
    command.ended().done();
    assert_eq!(stack.runs(), runs, "what was made before the engine went away is used");
}
