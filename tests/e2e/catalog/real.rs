//! Entries of the catalogue with real software, exactly as the wizard renders them: accounts and secrets, volumes, health checks,
//! published ports, connections.
//!
//! `tests/catalog-real.sh` makes the images of Debian's packages, with the accounts, folders and variables of the public ones,
//! and runs these tests. Elsewhere they have nothing to do. What differs between Debian's versions and those of the entries, and
//! what else the public images do when they start, they cannot show.

use std::time::Duration;

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use crate::deploy::within;
use crate::harness::{Installation, Stack, command, docker, poll, try_docker, unique};

mod applications;
mod monitoring;
mod runtimes;
mod servers;
mod stores;

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Whether this is the run of `tests/catalog-real.sh`.
fn is_wanted() -> bool {
    let is_wanted = std::env::var_os("CATALOG_REAL").is_some();
    let made = !is_wanted || try_docker(&["image", "inspect", "test/catalog/base:1"]).is_ok();
    assert!(made, "run tests/setup/catalog.sh first");
    is_wanted
}

/// A stack of these components, all healthy. Only the names of the images and the patience of the health checks differ from what
/// the wizard shows.
fn applied(installation: &Installation, name: &str, components: &Value) -> Stack {
    let name = unique(&format!("real-{name}-"));
    let request = json!({"name": name, "components": components});
    let draft = installation.api.post("/api/v1/wizard", &[JSON], &request.to_string()).expect(200);
    assert_eq!(draft["problems"], json!([]), "{name}");
    let image = Regex::new("(?m)^( +image: \"?)").unwrap();
    let compose = image.replace_all(draft["compose"].as_str().unwrap(), "${1}test/catalog/");
    // Patience: the machine may be busy with other tests.
    let patience = Regex::new("(?m)^( +)timeout: .*\n +retries: .*$").unwrap();
    let compose = patience.replace_all(&compose, "${1}timeout: 30s\n${1}retries: 100");
    let variables = draft["variables"].as_array().unwrap().iter();
    let secrets: Map<String, Value> = variables
        .map(|variable| (variable["name"].as_str().unwrap().to_owned(), json!({"generate": {}})))
        .collect();
    let stack = installation.create_posting(&name, &json!({"compose": compose, "secret_variables": secrets}));
    apply(&stack);
    stack
}

/// Applies its first version, and shows what the containers said if that fails.
fn apply(stack: &Stack) {
    let applied = stack.begin_apply(1).ended();
    let is_well = |state: &Value| {
        let health = &state["Health"]["Status"];
        health == "healthy" || health.is_null() && state["Running"] == true
    };
    let containers = stack.containers();
    for (container, found) in &containers {
        if !is_well(&found["State"]) {
            let said = docker(&["logs", "--tail", "40", found["Id"].as_str().unwrap()]);
            panic!("{container}: {:#}\n{said}\n{:#}", found["State"], applied.body["failure"]);
        }
    }
    applied.done();
    assert_eq!(stack.status()["drift"]["drifted"], false, "{:#}", stack.status()["drift"]);
}

/// New containers over the same named volumes.
fn with_new_containers(stack: &Stack) {
    let containers = stack.containers();
    let ids = containers.values().map(|found| found["Id"].as_str().unwrap());
    docker(&["rm", "--force", "--volumes"].into_iter().chain(ids).collect::<Vec<_>>());
    apply(stack);
}

/// What a shell line prints in a container of a stack.
#[track_caller]
fn shell(stack: &Stack, service: &str, line: &str) -> String {
    within(stack, &format!("{service}-1"), &["sh", "-c", line])
}

/// A program of a user with the clients of everything, connected to components.
fn worker(name: &str, connect: &Value) -> Value {
    let options = json!({"image": "worker:1", "start": "sleep infinity", "grace_seconds": 1});
    json!({"entry": "worker", "as": name, "options": options, "connect": connect})
}

/// What is served at a port of this host.
#[track_caller]
fn page(port: u16, path: &str) -> String {
    try_page(port, path).unwrap_or_else(|error| panic!("port {port}, {path}: {error}"))
}

fn try_page(port: u16, path: &str) -> Result<String, String> {
    let mut curl = command("curl");
    curl.args(["--silent", "--show-error", "--fail", "--max-time", "20"]);
    let output = curl.arg(format!("http://127.0.0.1:{port}{path}")).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// A page once it is served: a proxy may have to find out first who is behind it.
fn page_in_time(port: u16, path: &str) -> String {
    poll("the page", Duration::from_secs(30), || try_page(port, path).ok())
}
