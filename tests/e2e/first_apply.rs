//! The first apply of a stack.

use serde_json::{Value, json};

use crate::harness::{Installation, docker, inspect, moment};

const SHOP: &str = "
services:
  web:
    image: test/busybox:1
    command: [idle]
    depends_on:
      app: {condition: service_started}
    deploy: {replicas: 2}
    stop_grace_period: 1s
  app:
    image: test/busybox:1
    command: [idle]
    environment: {GREETING: hello}
    labels: {team: blue}
    networks: {front: {aliases: [application]}, back: {}}
    depends_on:
      load: {condition: service_completed_successfully}
    stop_grace_period: 1s
  load:
    image: test/busybox:1
    command: [sh, -c, 'echo loaded > /var/lib/db/rows']
    volumes: ['rows:/var/lib/db']
    networks: [back]
    depends_on:
      db: {condition: service_healthy}
  db:
    image: test/busybox:1
    command: [sh, -c, 'sleep 0.5; touch /tmp/ready; exec idle']
    volumes: ['rows:/var/lib/db']
    networks: [back]
    healthcheck: {test: [CMD, test, -f, /tmp/ready], interval: 200ms, timeout: 5s, retries: 100}
    stop_grace_period: 1s
networks: {front: {}, back: {}}
volumes: {rows: {}}
";

#[test]
fn everything_is_created_in_dependency_order() {
    let installation = Installation::start();
    let stack = installation.create("first", SHOP);
    let command = stack.apply(1).done();

    let containers = stack.containers();
    assert_eq!(containers.keys().collect::<Vec<_>>(), ["app-1", "db-1", "load-1", "web-1", "web-2"]);
    let at = |name: &str, event: &str| moment(&containers[name]["State"][event]);
    assert_eq!(containers["db-1"]["State"]["Health"]["Status"], "healthy");
    assert!(at("db-1", "StartedAt") < at("load-1", "StartedAt"), "a job waits for the database");
    assert!(at("load-1", "FinishedAt") <= at("app-1", "StartedAt"), "the application waits for the job");
    assert!(at("app-1", "StartedAt") <= at("web-1", "StartedAt"), "the front waits for the application");
    assert_eq!(containers["load-1"]["State"]["ExitCode"], 0);

    let journal = command.events().until("its end", |event| event.kind == "SETTLED");
    let place = |kind: &str, op: &str, target: &str| {
        let target = format!("{}-{target}", stack.name);
        journal.iter().position(|event| event.is(kind, op) && event.target() == target).unwrap()
    };
    let met = journal.iter().rposition(|event| event.is("PROGRESS", "await_healthy")).unwrap();
    assert!(met < place("INTENT", "start_container", "load-1"), "no job before the database is healthy");
    assert_eq!(command.effects(), command.intents().len() as u64, "every effect was announced");

    let status = stack.status();
    assert_eq!((&status["state"], &status["current_version"]), (&json!("running"), &json!(1)));
    let words: Vec<_> =
        status["services"].as_array().unwrap().iter().map(|s| (&s["service"], &s["state"])).collect();
    assert!(words.contains(&(&json!("load"), &json!("completed"))), "{words:?}");
    assert_eq!(status["drift"]["drifted"], false, "{:#}", status["drift"]);
}

#[test]
fn names_labels_networks_and_volumes_are_those_of_docker_compose() {
    let installation = Installation::start();
    let stack = installation.create("names", SHOP);
    stack.apply(1).done();
    let name = stack.name.as_str();

    let networks = stack.networks();
    let named: Vec<_> = networks.iter().map(|network| network["Name"].as_str().unwrap()).collect();
    assert_eq!(named, [format!("{name}_back"), format!("{name}_default"), format!("{name}_front")]);
    let app = stack.container("app-1");
    let attached = app["NetworkSettings"]["Networks"].as_object().unwrap();
    assert_eq!(attached.keys().collect::<Vec<_>>(), [&format!("{name}_back"), &format!("{name}_front")]);
    for (network, attachment) in attached {
        assert_eq!(attachment["NetworkID"], inspect(network)["Id"], "attached by id");
        let aliases = attachment["Aliases"].as_array().unwrap();
        assert!(aliases.contains(&json!("app")), "{aliases:?}");
        assert_eq!(aliases.contains(&json!("application")), network.ends_with("_front"), "{aliases:?}");
    }

    let labels = &app["Config"]["Labels"];
    let expected = json!({
        "team": "blue",
        "com.docker.compose.project": name,
        "com.docker.compose.service": "app",
        "com.docker.compose.container-number": "1",
        "com.docker.compose.oneoff": "False",
        "io.core-monitor.stack": stack.id,
        "io.core-monitor.service": "app",
        "io.core-monitor.slot": "1",
        "io.core-monitor.version": "1",
    });
    for (label, value) in expected.as_object().unwrap() {
        assert_eq!(&labels[label], value, "{label}");
    }
    assert_eq!(stack.container("web-2")["Config"]["Labels"]["com.docker.compose.container-number"], "2");
    let environment: Vec<Value> = app["Config"]["Env"].as_array().unwrap().clone();
    assert!(environment.contains(&json!("GREETING=hello")), "{environment:?}");

    let volumes = stack.volumes();
    assert_eq!(volumes.len(), 1);
    assert_eq!(volumes[0]["Name"], format!("{name}_rows"));
    assert_eq!(volumes[0]["Labels"]["com.docker.compose.volume"], "rows");
    let mounts = stack.container("db-1")["Mounts"].clone();
    assert_eq!((&mounts[0]["Name"], &mounts[0]["Destination"]), (&volumes[0]["Name"], &json!("/var/lib/db")));
    assert_eq!(docker(&["exec", &format!("{name}-db-1"), "cat", "/var/lib/db/rows"]), "loaded");
}
