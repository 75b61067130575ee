//! From one version to the next: what has changed changes, and nothing else.

use serde_json::json;

use crate::harness::{Installation, Stack, docker};

/// `web` and `app`, each with a text that makes it another definition.
fn two_services(web: &str, app: &str) -> String {
    format!(
        "
services:
  web: {{image: 'test/busybox:1', command: [idle], environment: {{TEXT: '{web}'}}, stop_grace_period: 1s}}
  app: {{image: 'test/busybox:1', command: [idle], environment: {{TEXT: '{app}'}}, stop_grace_period: 1s}}
"
    )
}

fn replicas(count: u32) -> String {
    format!(
        "services: {{web: {{image: 'test/busybox:1', command: [idle], deploy: {{replicas: {count}}}, stop_grace_period: 1s}}}}\n"
    )
}

#[test]
fn one_service_changes_and_the_other_runs_on() {
    let installation = Installation::start();
    let stack = installation.create("update", &two_services("one", "one"));
    stack.apply(1).done();
    let before = stack.runs();
    let untouched = stack.container("app-1");

    let version = stack.save(&two_services("two", "one"));
    let plan = stack.plan(version);
    let mut writes = plan["steps"].as_array().unwrap().iter().filter(|step| step["waits"] == false);
    assert!(writes.all(|step| step["service"] == "web"), "{}", plan["text"]);
    let command = stack.apply(version).done();
    assert!(command.intents().iter().all(|intent| intent.contains("-web-1")), "{:?}", command.intents());

    let after = stack.runs();
    assert_eq!(after.keys().collect::<Vec<_>>(), ["app-1", "web-1"], "the successor has the name");
    assert_ne!(after["web-1"].0, before["web-1"].0);
    assert_eq!(stack.container("app-1"), untouched);
    let web = stack.container("web-1");
    assert!(web["Config"]["Env"].as_array().unwrap().contains(&json!("TEXT=two")));
    assert_eq!(web["State"]["Running"], true);
}

#[test]
fn anonymous_and_named_volumes_stay_with_their_service() {
    let installation = Installation::start();
    let definition = |text: &str| {
        format!(
            "
services:
  db:
    image: test/volume:1
    command: [idle]
    environment: {{TEXT: '{text}'}}
    volumes: ['named:/named']
    stop_grace_period: 1s
volumes: {{named: {{}}}}
"
        )
    };
    let stack = installation.create("volumes", &definition("one"));
    stack.apply(1).done();
    let container = format!("{}-db-1", stack.name);
    docker(&["exec", &container, "sh", "-c", "echo kept > /data/mark; echo kept > /named/mark"]);
    let anonymous = anonymous_volume(&stack);

    stack.update(&definition("two")).done();
    assert_eq!(anonymous_volume(&stack), anonymous);
    assert_eq!(docker(&["exec", &container, "cat", "/data/mark", "/named/mark"]), "kept\nkept");
}

fn anonymous_volume(stack: &Stack) -> String {
    let mounts = stack.container("db-1")["Mounts"].clone();
    let of_data =
        mounts.as_array().unwrap().iter().find(|mount| mount["Destination"] == "/data").unwrap().clone();
    of_data["Name"].as_str().unwrap().to_owned()
}

#[test]
fn replicas_come_and_go_and_the_others_run_on() {
    let installation = Installation::start();
    let stack = installation.create("scale", &replicas(1));
    stack.apply(1).done();
    let one = stack.runs();

    stack.update(&replicas(3)).done();
    let three = stack.runs();
    assert_eq!(three.keys().collect::<Vec<_>>(), ["web-1", "web-2", "web-3"]);
    assert_eq!(three["web-1"], one["web-1"]);

    stack.update(&replicas(2)).done();
    let two = stack.runs();
    assert_eq!(two.keys().collect::<Vec<_>>(), ["web-1", "web-2"], "the highest number goes");
    assert!(two.iter().all(|(name, run)| three[name] == *run));

    stack.update(&replicas(0)).done();
    assert!(stack.runs().is_empty());
}

#[test]
fn a_changed_network_is_made_anew_and_its_containers_move() {
    let installation = Installation::start();
    let definition = |internal: bool| {
        format!(
            "
services:
  web: {{image: 'test/busybox:1', command: [idle], networks: [back], stop_grace_period: 1s}}
  app: {{image: 'test/busybox:1', command: [idle], stop_grace_period: 1s}}
networks: {{back: {{internal: {internal}}}}}
"
        )
    };
    let stack = installation.create("network", &definition(false));
    stack.apply(1).done();
    let app = stack.container("app-1");
    let id = |stack: &Stack| {
        let back = format!("{}_back", stack.name);
        stack.networks().into_iter().find(|network| network["Name"] == back.as_str()).unwrap()
    };
    let before = id(&stack);
    assert_eq!(before["Internal"], false);

    stack.update(&definition(true)).done();
    let after = id(&stack);
    assert_ne!(after["Id"], before["Id"]);
    assert_eq!(after["Internal"], true);
    let web = stack.container("web-1");
    let attached = web["NetworkSettings"]["Networks"].as_object().unwrap();
    assert_eq!(attached.len(), 1);
    assert_eq!(attached[&format!("{}_back", stack.name)]["NetworkID"], after["Id"]);
    assert_eq!(web["State"]["Running"], true);
    assert_eq!(
        stack.container("app-1")["State"]["StartedAt"],
        app["State"]["StartedAt"],
        "it is on another network"
    );
}

#[test]
fn a_service_that_left_the_file_leaves_the_engine() {
    let installation = Installation::start();
    let stack = installation.create("gone", &two_services("one", "one"));
    stack.apply(1).done();
    let app = stack.runs()["app-1"].clone();

    let only_app = "services: {app: {image: 'test/busybox:1', command: [idle], environment: {TEXT: one}, stop_grace_period: 1s}}";
    let version = stack.save(only_app);
    assert_eq!(stack.plan(version)["impact"]["removed"], json!(["web"]));
    stack.apply(version).done();
    let runs = stack.runs();
    assert_eq!(runs.keys().collect::<Vec<_>>(), ["app-1"]);
    assert_eq!(runs["app-1"], app);
}
