//! Watching a command while it runs.

use serde_json::json;

use crate::harness::{Installation, Registry, docker, unique};

#[test]
fn a_stream_shows_each_effect_when_it_begins_and_when_it_ends() {
    let installation = Installation::start();
    let stack = installation.create(
        "live",
        "
services:
  web:
    image: test/busybox:1
    healthcheck: {test: [CMD, test, -f, /tmp/ready], interval: 200ms, timeout: 5s, retries: 600}
    stop_grace_period: 1s
",
    );
    let command = stack.begin_apply(1);
    let mut stream = command.events();
    // Live: the command cannot end before this test has seen it wait.
    let mut seen = stream.until("the wait", |event| event.is("PROGRESS", "await_healthy"));
    assert_eq!(command.now().status(), "RUNNING");
    docker(&["exec", &format!("{}-web-1", stack.name), "touch", "/tmp/ready"]);
    seen.extend(stream.by_ref());

    let name = stack.name.as_str();
    let story: Vec<_> = seen
        .iter()
        .filter(|event| event.kind != "PROGRESS")
        .map(|event| format!("{} {} {}", event.kind, event.op(), event.target().replace(name, "live")))
        .collect();
    assert_eq!(
        story.iter().map(|line| line.trim_end()).collect::<Vec<_>>(),
        [
            "ENQUEUED",
            "CLAIMED",
            "PLANNED",
            "INTENT create_network live_default",
            "OUTCOME create_network live_default",
            "INTENT create_container live-web-1",
            "OUTCOME create_container live-web-1",
            "INTENT start_container live-web-1",
            "OUTCOME start_container live-web-1",
            "DONE",
            "SETTLED",
        ]
    );
    let ids: Vec<_> = seen.iter().filter_map(|event| event.data["id"].as_i64()).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    assert_eq!(seen.last().unwrap().data["status"], "DONE");
    for outcome in seen.iter().filter(|event| event.kind == "OUTCOME") {
        assert_eq!(outcome.data["detail"]["ok"], true);
        assert!(outcome.data["detail"]["took_ms"].is_u64());
    }
    let page = installation.api.get(&format!("/api/v1/commands/{}/events?limit=3", command.id())).expect(200);
    let kinds: Vec<_> = page["items"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["ENQUEUED", "CLAIMED", "PLANNED"]);
}

#[test]
fn a_pull_shows_its_progress() {
    let registry = Registry::start(3_000_000);
    let installation = Installation::start();
    let image = registry.slow_image(2);
    let stack = installation.create(
        "layers",
        &format!("services: {{web: {{image: '{image}', command: [sleep, '86400'], stop_grace_period: 1s}}}}"),
    );
    let command = stack.apply(1).done();
    let record = command.events().until("its end", |event| event.kind == "SETTLED");
    let shown: Vec<_> = record.iter().filter(|event| event.is("PROGRESS", "pull_image")).collect();
    assert!(!shown.is_empty(), "{record:#?}");
    assert!(shown.iter().all(|event| event.target() == image));
    stack.ask("delete", &json!({})).done();
}

#[test]
fn secrets_of_the_definition_are_nowhere_in_the_record() {
    let installation = Installation::start();
    let secret = unique("swordfish");
    let definition = |text: &str| {
        format!(
            "services: {{web: {{image: 'test/busybox:1', environment: {{PASSWORD: '{text}'}}, stop_grace_period: 1s}}}}"
        )
    };
    let stack = installation.create("secret", &definition("first"));
    stack.apply(1).done();
    let version = stack.save(&definition(&secret));
    let plan = stack.plan(version);
    stack.apply(version).done();
    assert!(
        stack.container("web-1")["Config"]["Env"].to_string().contains(&secret),
        "it reached the container"
    );

    assert!(!plan.to_string().contains(&secret), "{plan:#}");
    assert!(plan["text"].as_str().unwrap().contains("environment changed"), "{plan:#}");
    let events = installation.api.get("/api/v1/events?limit=200").expect(200);
    assert!(!events.to_string().contains(&secret), "{events:#}");
    assert!(!stack.status().to_string().contains(&secret));
    assert!(!installation.said().contains(&secret), "the logs");
}
