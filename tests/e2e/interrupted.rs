//! What runs is not left stopped, whoever or whatever stopped it.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Installation, Stack, docker, poll};

const SOON: Duration = Duration::from_secs(20);

/// `queue` takes some seconds to stop; `api` is independent of it. The check keeps what ends soon from passing as stable.
fn neighbours(version: u32, api: &str) -> String {
    format!(
        "
services:
  queue:
    image: test/busybox:1
    command: [sh, -c, 'trap \"sleep 4; exit 0\" TERM; while :; do sleep 0.2; done']
    environment: {{VERSION: '{version}'}}
    restart: unless-stopped
    stop_grace_period: 20s
  api:
    image: test/busybox:1
    command: {api}
    environment: {{VERSION: '{version}'}}
    healthcheck: {{test: [CMD, 'true'], interval: 300ms, start_period: 60s}}
    stop_grace_period: 1s
"
    )
}

fn runs(stack: &Stack, container: &str) -> bool {
    stack.container(container)["State"]["Running"] == true
}

fn version_of(stack: &Stack, container: &str) -> String {
    let container = stack.container(container);
    let variables = container["Config"]["Env"].as_array().unwrap();
    variables.iter().find_map(|v| v.as_str().unwrap().strip_prefix("VERSION=")).unwrap().to_owned()
}

#[test]
fn a_failure_leaves_no_healthy_neighbour_stopped() {
    let installation = Installation::start();
    let broken = ["[sh, -c, 'sleep 1; exit 9']", "[no-such-command]"];
    for (api, code) in broken.into_iter().zip(["SERVICE_EXITED", "START_REFUSED"]) {
        let stack = installation.create("neighbours", &neighbours(1, "[idle]"));
        stack.apply(1).done();
        stack.save(&neighbours(2, api));
        let command = stack.apply(2);
        command.failed(code);
        assert!(runs(&stack, "queue-1"), "{code}: {:#}", command.body);
        command.cancel();
        stack.ask("delete", &json!({})).done();
    }
}

#[test]
fn a_cancel_in_the_grace_period_leaves_the_service_running() {
    let installation = Installation::start();
    let stack = installation.create("grace", &neighbours(1, "[idle]"));
    stack.apply(1).done();
    stack.save(&neighbours(2, "[idle]"));
    let command = stack.begin_apply(2);
    command.events().until("the stop has begun", |event| {
        event.is("INTENT", "stop_container") && event.target().ends_with("queue-1")
    });
    command.cancel();
    let ended = command.ended();
    assert_eq!(ended.status(), "CANCELLED", "{:#}", ended.body);
    assert!(runs(&stack, "queue-1"), "{:#}", ended.body);
    stack.apply(1).done();
    assert!(runs(&stack, "queue-1") && runs(&stack, "api-1"));
    assert_eq!([version_of(&stack, "queue-1"), version_of(&stack, "api-1")], ["1", "1"]);
}

/// Exits with 0 when it is asked to stop, and has no restart policy.
const POLITE: &str = "
services:
  web: {image: 'test/busybox:1', command: [sh, -c, 'trap \"exit 0\" TERM; while :; do sleep 0.1; done']}
  task: {image: 'test/busybox:1', command: [sh, -c, 'echo migrated']}
";

fn service(stack: &Stack, name: &str) -> serde_json::Value {
    let status = stack.status();
    let services = status["services"].as_array().unwrap();
    services.iter().find(|service| service["service"] == name).unwrap().clone()
}

#[test]
fn a_service_stopped_by_hand_is_drift_and_the_next_apply_starts_it() {
    let mut installation = Installation::start();
    let stack = installation.create("polite", POLITE);
    stack.apply(1).done();
    poll("the task is seen to have ended", SOON, || {
        (service(&stack, "task")["state"] == "completed").then_some(())
    });
    assert_eq!(service(&stack, "task")["is_job"], true);
    docker(&["stop", stack.container("web-1")["Id"].as_str().unwrap()]);
    assert_eq!(stack.container("web-1")["State"]["ExitCode"], 0);
    poll("the stop is seen", SOON, || (service(&stack, "web")["state"] == "stopped").then_some(()));
    let status = stack.status();
    assert_ne!(status["state"], "running", "{status:#}");
    let drift = status["drift"].to_string();
    assert!(drift.contains("web-1") && !drift.contains("task-1"), "{drift}");

    // It stays so for another worker, and what the first one knew about the task too.
    installation.worker().kill();
    installation.start_worker();
    let plan = stack.plan(1);
    let text = plan["text"].as_str().unwrap();
    assert!(text.contains("web-1 (not running)") && !text.contains("task-1"), "{text}");
    let command = stack.apply(1).done();
    assert_eq!(command.effects(), 1, "{:#}", command.body);
    assert!(runs(&stack, "web-1"));
}

const SHARED: &str = "
services:
  gateway: {image: 'test/busybox:1', command: [idle], stop_grace_period: 1s}
  app: {image: 'test/busybox:1', command: [idle], network_mode: 'service:gateway', stop_grace_period: 1s}
";

fn interfaces(stack: &Stack) -> String {
    docker(&["exec", stack.container("app-1")["Id"].as_str().unwrap(), "ls", "/sys/class/net"])
}

#[test]
fn who_shares_a_namespace_follows_its_owner() {
    let installation = Installation::start();
    let stack = installation.create("shared", SHARED);
    stack.apply(1).done();
    assert!(interfaces(&stack).contains("eth0"));
    docker(&["restart", "--time", "0", stack.container("gateway-1")["Id"].as_str().unwrap()]);
    assert!(!interfaces(&stack).contains("eth0"), "the engine cuts it off");
    poll("the drift is seen", SOON, || stack.status()["drift"].to_string().contains("app-1").then_some(()));
    stack.apply(1).done();
    assert!(interfaces(&stack).contains("eth0"));

    let before = stack.runs();
    stack.ask("restart", &json!({"service": "gateway"})).done();
    assert_ne!(stack.runs()["app-1"], before["app-1"]);
    assert!(interfaces(&stack).contains("eth0"));
    assert!(stack.status()["drift"]["steps"].as_array().is_none_or(Vec::is_empty));
}

#[test]
fn chosen_services_are_recreated_by_force() {
    let installation = Installation::start();
    let stack = installation.create("forced", SHARED);
    stack.apply(1).done();
    let before = stack.runs();
    stack.ask("apply/1", &json!({"force_recreate": ["gateway"]})).done();
    let after = stack.runs();
    assert_ne!(after["gateway-1"].0, before["gateway-1"].0);
    assert!(interfaces(&stack).contains("eth0"), "who shares its namespace is replaced, too");
    let answer = stack.refused("apply/1", &json!({"force_recreate": ["nobody"]}));
    assert_eq!(answer.problem(422), "service-unknown");
}
