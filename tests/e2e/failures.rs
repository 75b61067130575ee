//! A failing command says why, and breaks nothing that was working.

use serde_json::json;

use crate::harness::{Installation, Registry, docker, free_port, try_docker, unique};

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
    let registry = Registry::start(1_000_000);
    let image = registry.missing_image();

    let command = stack.update(&definition(&image));
    let failure = command.failed("IMAGE_UNAVAILABLE");
    let message = failure["message"]["text"].as_str().unwrap();
    assert!(
        message.contains("manifest for") && message.contains("not found"),
        "the engine's message: {message}"
    );
    assert_eq!(failure["subject"], image);
    let after = stack.runs();
    assert!(before.iter().all(|(name, run)| after[name] == *run), "{before:?} {after:?}");
    assert!(["web-1", "app-1"].iter().all(|name| stack.container(name)["State"]["Running"] == true));
    let show = stack.show();
    assert_eq!((&show["current_version"], &show["latest_version"]), (&json!(1), &json!(2)));
}

#[test]
fn a_retry_succeeds_once_the_cause_is_fixed() {
    let installation = Installation::start();
    let registry = Registry::start(1_000_000);
    let image = registry.missing_image();
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
fn a_registry_that_does_not_answer_is_retried_for_a_while() {
    let installation = Installation::with(&[("CORE_MONITOR_RETRY_BUDGET", "1s")]);
    // Nothing listens there, which may be different in a moment.
    let image = format!("127.0.0.1:{}/test/nothing:1", free_port());
    let stack = installation.create("silent", &format!("services: {{web: {{image: '{image}'}}}}"));
    let command = stack.apply(1);
    assert_eq!(command.status(), "FAILED", "{:#}", command.body);
    let failure = &command.body["failure"];
    assert!(
        failure["message"]["text"].as_str().unwrap().contains("connection refused"),
        "the engine's message: {failure:#}"
    );
    let record = command.events().until("its end", |event| event.kind == "SETTLED");
    assert!(record.iter().any(|event| event.kind == "RETRYING"), "{record:#?}");
    assert!(stack.containers().is_empty());
}

#[test]
fn an_unhealthy_container_fails_the_command() {
    let installation = Installation::start();
    let definition = |check: &str| {
        format!(
            "
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'echo I am trying; exec idle']
    healthcheck: {{test: {check}, interval: 100ms, timeout: 500ms, retries: 2}}
    stop_grace_period: 1s
"
        )
    };
    // One that says no, one that says nothing.
    let stack = installation.create("unwell", &definition("[CMD, 'false']"));
    stack.save(&definition("[CMD, sleep, '600']"));
    for version in [1, 2] {
        let command = stack.apply(version);
        let failure = command.failed("SERVICE_UNHEALTHY");
        assert_eq!(failure["logs"], json!(["I am trying"]));
        assert_eq!(failure["subject"], format!("{}-web-1", stack.name));
        assert_eq!(
            stack.container("web-1")["State"]["Running"],
            true,
            "it is left for whoever looks into it"
        );
        command.cancel().expect(200);
    }
    assert!(stack.show()["current_version"].is_null());
}

#[test]
fn health_that_never_comes_ends_at_the_deadline() {
    let installation = Installation::with(&[("CORE_MONITOR_READY_TIMEOUT", "1500ms")]);
    // The check is the image's and first runs after an hour, so neither the file nor the engine knows an end.
    let image = CommittedImage::new("HEALTHCHECK --interval=1h CMD true");
    let stack = installation.create(
        "deadline",
        &format!(
            "
services:
  web: {{image: '{}', command: [sh, -c, 'echo I am trying; exec idle'], stop_grace_period: 1s}}
  app: {{image: 'test/busybox:1', depends_on: {{web: {{condition: service_healthy}}}}, stop_grace_period: 1s}}
",
            image.0
        ),
    );
    let command = stack.apply(1);
    let failure = command.failed("SERVICE_UNHEALTHY");
    assert!(failure["message"]["text"].as_str().unwrap().contains("starting"), "{failure:#}");
    assert_eq!(failure["logs"], json!(["I am trying"]));
    assert_eq!(stack.container("web-1")["State"]["Running"], true, "it is left for whoever looks into it");
    assert_eq!(stack.container("app-1")["State"]["Status"], "created", "what depends on it has not begun");
}

/// An image of this test alone, removed at its end.
struct CommittedImage(String);

impl CommittedImage {
    fn new(change: &str) -> Self {
        let (image, container) =
            (format!("{}:1", unique("test/e2e-")), docker(&["create", "test/busybox:1"]));
        docker(&["commit", "--change", change, &container, &image]);
        docker(&["rm", &container]);
        Self(image)
    }
}

impl Drop for CommittedImage {
    fn drop(&mut self) {
        // In use until the installation is gone, which is later than this: without force, its name would stay.
        let _ = try_docker(&["image", "rm", "--force", &self.0]);
    }
}
