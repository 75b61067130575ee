//! What cannot work says why, and breaks nothing that did.

use serde_json::json;

use crate::harness::{Installation, docker, unique};

#[test]
fn a_missing_image_leaves_everything_that_ran() {
    let installation = Installation::start();
    let definition = |image: &str| {
        format!(
            "
services:
  web: {{image: '{image}', command: [idle], stop_grace_period: 1s}}
  app: {{image: 'test/busybox:1', command: [idle], environment: {{IMAGE: '{image}'}}, stop_grace_period: 1s}}
"
        )
    };
    let stack = installation.create("missing", &definition("test/busybox:1"));
    stack.apply(1).done();
    let before = stack.runs();
    let image = format!("127.0.0.1:{}/nobody/nothing:1", crate::harness::free_port());
    installation.api.get("/healthz").expect(200);

    let command = stack.update(&definition(&image));
    let failure = command.failed("IMAGE_UNAVAILABLE");
    let message = failure["message"].as_str().unwrap();
    assert!(
        message.contains("connection refused") || message.contains("not found"),
        "the engine's words: {message}"
    );
    assert_eq!(failure["subject"], image);
    let after = stack.runs();
    assert!(before.iter().all(|(name, run)| after[name] == *run), "{before:?} {after:?}");
    assert!(["web-1", "app-1"].iter().all(|name| stack.container(name)["State"]["Running"] == true));
    let show = stack.show();
    assert_eq!((&show["current_version"], &show["latest_version"]), (&json!(1), &json!(2)));
}

#[test]
fn retrying_after_the_cure_goes_through() {
    let installation = Installation::start();
    let image = format!("{}:1", unique("127.0.0.1:1/test/e2e-"));
    let stack = installation.create(
        "cure",
        &format!("services: {{web: {{image: '{image}', command: [idle], stop_grace_period: 1s}}}}"),
    );
    let command = stack.apply(1);
    command.failed("IMAGE_UNAVAILABLE");
    docker(&["tag", "test/busybox:1", &image]);

    let retried = command.retry();
    let web = (retried.status() == "DONE").then(|| stack.container("web-1"));
    docker(&["image", "rm", "--force", &image]);
    let retried = retried.done();
    assert_eq!(retried.body["failure"], json!(null));
    assert_eq!(web.unwrap()["State"]["Running"], true);
}

#[test]
fn health_that_never_comes_ends_at_the_deadline() {
    let installation = Installation::with(&[("CORE_MONITOR_READY_TIMEOUT", "1500ms")]);
    let stack = installation.create(
        "unwell",
        "
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'echo I am trying; exec idle']
    healthcheck: {test: [CMD, 'false'], interval: 400ms, timeout: 100ms, retries: 2, start_period: 1h}
    stop_grace_period: 1s
",
    );
    // The check asks for an hour's patience before it counts; without `start_period` the verdict comes earlier.
    let quick = stack.save(
        "
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'echo I am trying; exec idle']
    healthcheck: {test: [CMD, 'false'], interval: 100ms, timeout: 1s, retries: 2}
    stop_grace_period: 1s
",
    );
    let command = stack.apply(quick);
    let failure = command.failed("SERVICE_UNHEALTHY");
    assert_eq!(failure["logs"], json!(["I am trying"]));
    assert_eq!(failure["subject"], format!("{}-web-1", stack.name));
    assert_eq!(stack.container("web-1")["State"]["Running"], true, "it is left for whoever looks into it");

    command.cancel().expect(200);
    let hung = stack.save(
        "
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'echo I am trying; exec idle']
    healthcheck: {test: [CMD, sleep, '600'], interval: 100ms, timeout: 2s, retries: 1}
    stop_grace_period: 1s
",
    );
    let command = stack.apply(hung);
    let failure = command.failed("SERVICE_UNHEALTHY");
    assert_eq!(failure["logs"], json!(["I am trying"]));
}
