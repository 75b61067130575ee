//! Services that wake at their first request and sleep when nobody uses them, with a real engine and the real gateway.

use std::io::{Read as _, Write as _};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::harness::web::{connect, get, send};
use crate::harness::{Installation, Stack, docker, inspect, poll};

/// How long something may take that nobody can wait for otherwise.
const LIMIT: Duration = Duration::from_mins(1);

/// A web server with a database of which only the order matters.
fn shop(host: &str, idle: &str) -> String {
    format!(
        r#"
services:
  web:
    image: test/busybox:1
    command: [sh, -c, "mkdir -p /www && echo hello from the shop >/www/index.html && exec httpd -f -p 8080 -h /www"]
    depends_on: [db]
    stop_grace_period: 1s
    x-core-monitor:
      on-demand: {{hosts: [{host}], port: 8080, idle-timeout: {idle}, min-up: 0s, block-timeout: 60s}}
  db: {{image: "test/busybox:1", command: [idle], stop_grace_period: 1s}}
"#
    )
}

/// The answer of the shop, which it must be.
#[track_caller]
fn hello(address: &str, host: &str) {
    let answer = get(address, host, "/", &[]).unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello from the shop\n"), "{answer:?}");
}

fn is_running(stack: &Stack, container: &str) -> bool {
    stack.container(container)["State"]["Running"].as_bool().unwrap()
}

fn sleeps(stack: &Stack) {
    poll("the stack sleeps", LIMIT, || (stack.status()["state"] == "asleep").then_some(()));
}

fn wakes(stack: &Stack) {
    poll("the stack is awake", LIMIT, || (stack.status()["state"] == "running").then_some(()));
}

/// The newest command of this kind.
fn newest(stack: &Stack, kind: &str) -> Value {
    let commands =
        stack.api.get(&format!("/api/v1/commands?stack_id={}&kind={kind}&limit=1", stack.id)).expect(200);
    commands["items"][0].clone()
}

#[test]
fn a_stack_sleeps_when_nobody_uses_it_and_wakes_at_the_first_request() {
    let installation = Installation::start();
    let stack = installation.create("wakes", &shop("wakes.test", "5s"));
    stack.apply(1).done();
    let (_gateway, address) = installation.start_gateway();
    hello(&address, "wakes.test");

    sleeps(&stack);
    assert!(!is_running(&stack, "web-1") && !is_running(&stack, "db-1"), "what only it needs sleeps with it");
    let sleep = newest(&stack, "SLEEP");
    assert_eq!(sleep["payload"]["cause"]["why"], "idle");
    assert!(sleep["payload"]["cause"]["seconds"].as_u64().unwrap() >= 5);
    assert_eq!(sleep["payload"]["services"], serde_json::json!(["db", "web"]));
    assert_eq!(stack.status()["drift"]["drifted"], false, "it is as it should be");

    // A browser is shown a page at once, and what it asked for is not waited for.
    let browser = [("Accept", "text/html,application/xhtml+xml"), ("Accept-Language", "fr")];
    let page = get(&address, "wakes.test", "/orders?token=secret", &browser).unwrap();
    assert_eq!((page.status, page.header("content-type")), (503, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(page.header("retry-after").is_some() && page.body.contains("lang=\"fr\""));

    // A program gets the answer, as soon as there is one.
    hello(&address, "wakes.test");
    let wake = newest(&stack, "WAKE");
    let cause = &wake["payload"]["cause"];
    assert_eq!((&cause["why"], &cause["host"]), (&"request".into(), &"wakes.test".into()));
    assert_eq!(cause["path"], "/orders", "without what could be a secret");
    assert!(wake.to_string().contains("gateway"), "{wake}");
    wakes(&stack);
}

#[test]
fn many_first_requests_are_one_start_and_all_are_answered() {
    let installation = Installation::start();
    let stack = installation.create("herd", &shop("herd.test", "20s"));
    stack.apply(1).done();
    stack.ask("stop", &serde_json::json!({})).done();
    let (_gateway, address) = installation.start_gateway();
    thread::scope(|scope| {
        let asking: Vec<_> = (0..200)
            .map(|_| scope.spawn(|| get(&address, "herd.test", "/", &[]).map(|answer| answer.status)))
            .collect();
        for asked in asking {
            assert_eq!(asked.join().unwrap().unwrap(), 200);
        }
    });
    let wakes =
        stack.api.get(&format!("/api/v1/commands?stack_id={}&kind=WAKE&limit=10", stack.id)).expect(200);
    assert_eq!(wakes["items"].as_array().unwrap().len(), 1);
}

#[test]
fn an_answer_that_takes_longer_than_the_idle_time_is_not_cut_off() {
    let ticks = 14;
    let definition = format!(
        r#"
services:
  web:
    image: test/busybox:1
    command: [sh, -c, "mkdir -p /www/cgi-bin && printf '#!/bin/sh\necho Content-Type: text/plain\necho\n{slow}\n' >/www/cgi-bin/slow && chmod 755 /www/cgi-bin/slow && exec httpd -f -p 8080 -h /www"]
    stop_grace_period: 1s
    x-core-monitor:
      on-demand: {{hosts: [slow.test], port: 8080, idle-timeout: 5s, min-up: 0s}}
"#,
        slow = "echo tick; sleep 1; ".repeat(ticks)
    );
    let installation = Installation::start();
    let stack = installation.create("slow", &definition);
    stack.apply(1).done();
    let (_gateway, address) = installation.start_gateway();
    let run = inspect(&format!("{}-web-1", stack.name))["State"]["StartedAt"].clone();
    // Sent piece by piece, and nothing else asks for the service meanwhile.
    let answer = get(&address, "slow.test", "/cgi-bin/slow", &[]).unwrap();
    assert_eq!((answer.status, answer.body.matches("tick").count()), (200, ticks), "{answer:?}");
    assert_eq!(inspect(&format!("{}-web-1", stack.name))["State"]["StartedAt"], run, "the same run");
    sleeps(&stack);
}

#[test]
fn a_gateway_that_is_killed_stops_nothing_and_the_next_one_goes_on() {
    let installation = Installation::start();
    let stack = installation.create("killed", &shop("killed.test", "6s"));
    stack.apply(1).done();
    let (mut gateway, address) = installation.start_gateway();
    hello(&address, "killed.test");
    let run = inspect(&format!("{}-web-1", stack.name))["State"]["StartedAt"].clone();
    gateway.kill();

    let (mut second, address) = installation.start_gateway();
    hello(&address, "killed.test");
    assert_eq!(inspect(&format!("{}-web-1", stack.name))["State"]["StartedAt"], run, "the same run");
    sleeps(&stack);

    // Killed while a start is under way: the next one finds what came of it.
    let mut waiting = connect(&address).unwrap();
    waiting.write_all(b"GET / HTTP/1.1\r\nHost: killed.test\r\n\r\n").unwrap();
    poll("the start was asked for", LIMIT, || {
        let wake = newest(&stack, "WAKE");
        (!wake.is_null()).then_some(())
    });
    second.kill();
    let mut rest = Vec::new();
    let _ = waiting.read_to_end(&mut rest);
    let (_third, address) = installation.start_gateway();
    hello(&address, "killed.test");
    sleeps(&stack);
}

#[test]
fn what_is_started_and_stopped_by_hand_is_adopted() {
    let installation = Installation::start();
    let stack = installation.create("hand", &shop("hand.test", "6s"));
    stack.apply(1).done();
    let (_gateway, address) = installation.start_gateway();
    hello(&address, "hand.test");
    docker(&["stop", "-t", "1", &format!("{}-web-1", stack.name)]);
    // Whoever comes next wakes it.
    hello(&address, "hand.test");
    sleeps(&stack);
    docker(&["start", &format!("{}-db-1", stack.name), &format!("{}-web-1", stack.name)]);
    wakes(&stack);
    hello(&address, "hand.test");
    sleeps(&stack);
}

#[test]
fn a_failed_start_says_why_and_unknown_hosts_reach_nothing() {
    let definition = r#"
services:
  web:
    image: test/busybox:1
    command: [sh, -c, "exit 3"]
    restart: "no"
    x-core-monitor: {on-demand: {hosts: [broken.test], port: 8080, start-timeout: 20s}}
"#;
    let installation = Installation::start();
    let stack = installation.create("broken", definition);
    stack.apply(1).failed("SERVICE_EXITED");
    let (_gateway, address) = installation.start_gateway();
    let unknown = get(&address, "other.test", "/", &[]).unwrap();
    assert!((400..500).contains(&unknown.status), "{unknown:?}");
    let spoofed = [("X-Service-Name", "broken"), ("X-Target-Port", "22")];
    let chosen = get(&address, "other.test", "/", &spoofed).unwrap();
    assert!((400..500).contains(&chosen.status), "a port that is not declared: {chosen:?}");
    let post = send(&address, "POST", "other.test", "/", &[], b"x").unwrap();
    assert!((400..500).contains(&post.status), "{post:?}");
}
