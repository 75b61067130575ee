//! Objects that carry the labels of a stack although no command created them: shown, never touched, never counted.

use std::time::Duration;

use serde_json::json;

use crate::harness::YAML;
use crate::harness::{Installation, Stranger, docker, inspect, poll, try_docker, unique};

const SOON: Duration = Duration::from_secs(10);
const WEB: &str = "services: {web: {image: 'test/busybox:1', stop_grace_period: 1s, environment: {A: '1'}}}";
const CHANGED: &str =
    "services: {web: {image: 'test/busybox:1', stop_grace_period: 1s, environment: {A: '2'}}}";

/// Every note of a plan or command, in one text.
fn notes(body: &serde_json::Value) -> String {
    body["notes"].to_string()
}

#[test]
fn a_container_of_a_committed_image_is_never_touched() {
    let installation = Installation::start();
    let stack = installation.create("spoof", WEB);
    stack.apply(1).done();
    let original = stack.container("web-1");
    let image = unique("ownership-copy");
    docker(&["commit", original["Id"].as_str().unwrap(), &image]);
    let name = unique("ownership-copy-");
    let copy = Stranger::run(&["--name", &name, &image]);
    docker(&["exec", copy.id(), "sh", "-c", "echo rows > /rows"]);
    let before = copy.inspected();
    let labels = &before["Config"]["Labels"];
    assert_eq!(labels["io.core-monitor.stack"], stack.id.as_str(), "it claims to be ours: {labels:#}");

    let version = stack.save(CHANGED);
    poll("a plan that names the copy", SOON, || notes(&stack.plan(version)).contains(&name).then_some(()));
    let done = stack.apply(version).done();
    assert!(done.intents().iter().all(|intent| !intent.contains(&name)), "{:?}", done.intents());
    stack.ask("stop", &json!({})).done();
    stack.ask("restart", &json!({})).done();
    let status = stack.status();
    assert_eq!(status["spoofed"][0]["name"], name.as_str(), "{status:#}");
    assert!(!status["services"].to_string().contains(&name), "it is no container of the stack: {status:#}");
    stack.ask("delete", &json!({"volumes": true})).done();
    assert_eq!(copy.inspected(), before, "it still runs, with its data");
    assert_eq!(docker(&["exec", copy.id(), "cat", "/rows"]), "rows");
    drop(copy);
    docker(&["image", "rm", "--force", &image]);
}

#[test]
fn a_container_of_an_image_with_our_labels_is_never_touched() {
    let installation = Installation::start();
    let stack = installation.create("spoof", WEB);
    stack.apply(1).done();
    let original = inspect(&format!("{}-web-1", stack.name));
    let labels = original["Config"]["Labels"].as_object().unwrap();
    // What `LABEL` in a Dockerfile makes, with a second replica.
    let mut changes = Vec::new();
    for (key, value) in labels {
        let value = if key == "io.core-monitor.slot" { "2" } else { value.as_str().unwrap() };
        changes.push(format!("LABEL \"{key}\"=\"{value}\""));
    }
    let base = docker(&["create", "test/busybox:1"]);
    let image = unique("ownership-labels");
    let mut arguments = vec!["commit"];
    for change in &changes {
        arguments.extend(["--change", change.as_str()]);
    }
    arguments.extend([base.as_str(), image.as_str()]);
    docker(&arguments);
    docker(&["rm", &base]);
    let stranger = Stranger::run(&[&image]);
    let before = stranger.inspected();
    assert_eq!(stack.plan(1)["empty"], true, "it is neither a replica to remove nor one that is there");
    assert_eq!(stack.apply(1).done().effects(), 0);
    stack.ask("delete", &json!({})).done();
    assert_eq!(stranger.inspected(), before);
    drop(stranger);
    docker(&["image", "rm", "--force", &image]);
}

#[test]
fn a_volume_with_the_labels_of_a_stack_does_not_hold_its_delete() {
    let installation = Installation::start();
    let victim = installation.create(
        "victim",
        "{services: {web: {image: 'test/busybox:1', stop_grace_period: 1s, volumes: ['data:/data']}}, volumes: {data: {}}}",
    );
    victim.apply(1).done();
    let own = inspect(&format!("{}_data", victim.name));
    let forged = unique("ownership-forged-");
    let mut create = vec!["volume".to_owned(), "create".to_owned()];
    for (key, value) in own["Labels"].as_object().unwrap() {
        create.push("--label".to_owned());
        create.push(format!("{key}={}", value.as_str().unwrap()));
    }
    create.push(forged.clone());
    docker(&create.iter().map(String::as_str).collect::<Vec<_>>());
    let user = Stranger::run(&["--volume", &format!("{forged}:/data"), "test/busybox:1"]);

    victim.ask("delete", &json!({"volumes": true})).done();
    assert!(try_docker(&["volume", "inspect", &format!("{}_data", victim.name)]).is_err(), "its own is gone");
    assert_eq!(inspect(&forged)["Name"], forged.as_str(), "the other one stays");
    drop(user);
    docker(&["volume", "rm", &forged]);
}

#[test]
fn reserved_labels_are_refused_everywhere_when_saving() {
    let installation = Installation::start();
    let label = "io.core-monitor.stack: x";
    for definition in [
        format!("services: {{web: {{image: x, labels: {{{label}}}}}}}"),
        format!(
            "services: {{web: {{image: x, volumes: [{{type: volume, source: d, target: /d, volume: {{labels: {{{label}}}}}}}]}}}}\nvolumes: {{d: {{}}}}"
        ),
        format!(
            "services: {{web: {{image: x, build: {{context: ., dockerfile_inline: FROM x, labels: {{{label}}}}}}}}}"
        ),
        format!("services: {{web: {{image: x}}}}\nnetworks: {{default: {{labels: {{{label}}}}}}}"),
        "services: {web: {image: x, volumes: ['data:/d']}}\nvolumes: {data: {labels: {com.docker.compose.project: x}}}"
            .to_owned(),
    ] {
        let address = format!("/api/v1/stacks?name={}", unique("labels-"));
        let refused = installation.api.post(&address, &[YAML], &definition);
        assert!(refused.body.to_string().contains("reserved"), "{definition}: {:#}", refused.body);
    }
}

#[test]
fn volume_names_that_meet_across_stacks_are_foreign() {
    let installation = Installation::start();
    let definition = |volume: &str| {
        format!(
            "{{services: {{web: {{image: 'test/busybox:1', stop_grace_period: 1s, volumes: ['{volume}:/data']}}}}, volumes: {{{volume}: {{}}}}}}"
        )
    };
    let name = unique("v-");
    let one = installation.create_named(&name, &definition("x_data"));
    one.apply(1).done();
    docker(&["exec", &format!("{name}-web-1"), "sh", "-c", "echo secret > /data/key"]);
    let other = installation.create_named(&format!("{name}_x"), &definition("data"));
    let volume = format!("{name}_x_data");
    let plan = other.plan(1);
    assert_eq!(plan["blockers"][0]["code"], "NAME_FOREIGN", "{plan:#}");
    let failed = other.apply(1);
    let failure = failed.failed("NAME_FOREIGN");
    assert!(failure["message"].to_string().contains(&volume), "{failure:#}");
    assert!(other.containers().is_empty(), "nothing reads the other stack's data");
    failed.cancel();

    let external = format!(
        "{{services: {{web: {{image: 'test/busybox:1', stop_grace_period: 1s, volumes: ['data:/data']}}}}, volumes: {{data: {{external: true, name: {volume}}}}}}}"
    );
    other.update(&external).done();
    assert_eq!(docker(&["exec", &format!("{name}_x-web-1"), "cat", "/data/key"]), "secret", "on purpose");
    // What it uses already, it may go on using; it is never removed.
    let kept = format!(
        "{{services: {{web: {{image: 'test/busybox:1', stop_grace_period: 1s, volumes: ['data:/data']}}}}, volumes: {{data: {{name: {volume}}}}}}}"
    );
    other.update(&kept).done();
    other.ask("delete", &json!({"volumes": true})).done();
    assert_eq!(docker(&["exec", &format!("{name}-web-1"), "cat", "/data/key"]), "secret");
}

#[test]
fn a_stack_of_a_database_of_before_keeps_its_containers() {
    let mut installation = Installation::start();
    let stack = installation.create("before", WEB);
    stack.apply(1).done();
    let runs = stack.runs();
    // As a database of the release before: no records, and nothing says that they are complete.
    (installation.worker, installation.server) = (None, None);
    installation
        .change_database("DELETE FROM creation; DELETE FROM setting WHERE name = 'creations_settled'");
    installation.start_server();
    installation.start_worker();
    assert_eq!(stack.plan(1)["empty"], true);
    assert_eq!(stack.apply(1).done().effects(), 0);
    assert_eq!(stack.runs(), runs);

    // Trusted once: from now on, a copy is foreign.
    let image = unique("ownership-copy");
    docker(&["commit", stack.container("web-1")["Id"].as_str().unwrap(), &image]);
    let copy = Stranger::run(&[&image]);
    let before = copy.inspected();
    stack.update(CHANGED).done();
    assert_eq!(copy.inspected(), before);
    drop(copy);
    docker(&["image", "rm", "--force", &image]);
}
