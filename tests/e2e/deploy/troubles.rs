//! Deployments that end otherwise than they were meant to: the disk has changed the artifact, or somebody cancels.

use std::path::PathBuf;
use std::sync::Arc;

use core_monitor_domain::artifact::ArtifactDigest;
use serde_json::{Value, json};

use super::{ANY, within};
use crate::harness::{Command, Installation, Stack, docker};

/// An application that says that it is ready once it was told to start, if it is one that does.
const SHOP: &str = r#"
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'while :; do sleep 0.1; done']
    stop_grace_period: 0s
    x-core-monitor:
      deploy:
        app:
          target: /opt/
          as: app.sh
          activate: { exec: [sh, /opt/app.sh] }
          verify: { log: "ready *", within: 10m }
"#;

/// An application of more than one chunk.
fn application(name: &str, is_ready: bool) -> Vec<u8> {
    let said = if is_ready { "ready" } else { "busy" };
    let mut script = format!("echo {said} {name} >/proc/1/fd/1\nexit 0\n").into_bytes();
    script.resize(600_000, b'#');
    script
}

fn digest(bytes: &[u8]) -> String {
    ArtifactDigest::of(bytes).hex()
}

/// What is in the container.
fn there(stack: &Stack) -> String {
    let sum = within(stack, "web-1", &["sha256sum", "/opt/app.sh"]);
    sum.split_whitespace().next().unwrap().to_owned()
}

/// Where an artifact is stored.
fn stored(installation: &Installation, bytes: &[u8]) -> PathBuf {
    let hex = digest(bytes);
    installation.data().join("artifacts/sha256").join(&hex[..2]).join(&hex)
}

/// Changes one bit near the end of what is stored.
fn rot(installation: &Installation, bytes: &[u8]) {
    let path = stored(installation, bytes);
    let mut found = std::fs::read(&path).unwrap();
    assert_eq!(found, bytes);
    let place = found.len() - 1;
    found[place] ^= 1;
    std::fs::write(&path, found).unwrap();
}

/// The failure names the artifact, and says what helps.
#[track_caller]
fn names(command: &Command, bytes: &[u8]) {
    let failure = &command.body["failure"];
    assert_eq!(failure["code"], "ARTIFACT_UNAVAILABLE", "{failure:#}");
    let message = failure["message"]["text"].as_str().unwrap();
    let words = format!("`sha256:{}` is damaged", digest(bytes));
    assert!(message.contains(&words), "{message}");
    assert!(failure["hint"]["text"].as_str().unwrap().contains("send its bytes"), "{failure:#}");
}

/// Deploys what is stored already, without sending it.
fn deploy_stored(stack: &Stack, bytes: &[u8]) -> Command {
    let body = json!({ "artifact": format!("sha256:{}", digest(bytes)) });
    let path = stack.path("/deploy?service=web&slot=app&file_name=app.sh&wait=120");
    let answer = stack.api.post(&path, &[ANY, ("Content-Type", "application/json")], &body.to_string());
    Command { body: answer.expect(200), api: Arc::clone(&stack.api) }
}

#[test]
fn an_artifact_that_the_disk_has_changed_is_taken_back_until_it_is_sent_again() {
    let installation = Installation::start();
    let stack = installation.create("rot", SHOP);
    stack.apply(1).done();
    let (first, second) = (application("one", true), application("two", true));
    stack.deploy("web/app", "app.sh", &first).done();
    stack.deploy("web/app", "app.sh", &second).done();
    rot(&installation, &first);
    let before = stack.runs();
    let failed = deploy_stored(&stack, &first);
    assert_eq!(failed.status(), "CANCELLED", "{:#}", failed.body);
    names(&failed, &first);
    assert_eq!(there(&stack), digest(&second), "the former one, whole");
    assert_eq!(stack.runs(), before);
    assert_eq!(stack.status()["drift"]["drifted"], false, "{:#}", stack.status());
    // The same bytes again heal what is stored.
    stack.deploy("web/app", "app.sh", &first).done();
    assert_eq!(there(&stack), digest(&first));
    assert_eq!(std::fs::read(stored(&installation, &first)).unwrap(), first);
}

#[test]
fn a_new_container_is_not_started_with_half_of_an_artifact() {
    let installation = Installation::start();
    let stack = installation.create("rot-new", SHOP);
    stack.apply(1).done();
    let bytes = application("one", true);
    stack.deploy("web/app", "app.sh", &bytes).done();
    rot(&installation, &bytes);
    docker(&["rm", "--force", &format!("{}-web-1", stack.name)]);
    let failed = stack.apply(2);
    assert_eq!(failed.status(), "FAILED", "{:#}", failed.body);
    names(&failed, &bytes);
    let container = stack.container("web-1");
    assert_eq!(container["State"]["Status"], "created", "{:#}", container["State"]);
    assert_eq!(failed.cancel().status, 200);
    // What the hint says works although the service does not run.
    stack.deploy("web/app", "app.sh", &bytes).done();
    assert_eq!(there(&stack), digest(&bytes));
}

#[test]
fn a_deployment_that_is_cancelled_shows_what_it_left_and_the_applied_version_undoes_it() {
    let installation = Installation::start();
    let stack = installation.create("cancelled", SHOP);
    stack.apply(1).done();
    let (ready, busy) = (application("one", true), application("two", false));
    stack.deploy("web/app", "app.sh", &ready).done();
    let command = stack.begin_deploy("web/app", "app.sh", &busy);
    command.events().until("it waits for its line", |event| event.is("PROGRESS", "verify_artifact"));
    assert!(matches!(command.cancel().status, 200 | 202));
    let ended = command.ended();
    assert_eq!(ended.status(), "CANCELLED", "{:#}", ended.body);
    assert_eq!(there(&stack), digest(&busy), "left as it was at that moment");

    let artifacts = |status: &Value| status["services"][0]["containers"][0]["artifacts"].clone();
    let status = stack.status();
    assert_eq!(status["current_version"], 2);
    let left = artifacts(&status);
    assert_eq!(left[0]["slot"], "app");
    assert_eq!(left[0]["digest"], format!("sha256:{}", digest(&busy)), "{left:#}");
    assert_eq!(left[0]["verified"], false);
    let steps = &status["drift"]["steps"];
    assert_eq!(steps[0]["op"], "put_artifact", "{steps:#}");
    assert_eq!(steps[0]["subject"], format!("{}-web-1", stack.name));
    assert_eq!(steps[0]["cause"]["text"], "the version has another artifact for `app`");

    let planned = stack.plan(2);
    assert_eq!(planned["steps"][0]["op"], "put_artifact", "{}", planned["text"]);
    stack.apply(2).done();
    assert_eq!(there(&stack), digest(&ready));
    let status = stack.status();
    assert_eq!(status["drift"]["drifted"], false, "{status:#}");
    assert_eq!(artifacts(&status)[0]["verified"], true);
}

/// What a refused upload has left.
fn incoming(installation: &Installation) -> usize {
    std::fs::read_dir(installation.data().join("artifacts/incoming")).map_or(0, Iterator::count)
}

#[test]
fn an_upload_that_fills_the_disk_leaves_nothing() {
    let installation = Installation::on_small_disk(&[], "artifacts", 8);
    let stack = installation.create("full", SHOP);
    stack.apply(1).done();
    let path = stack.path("/deploy?service=web&slot=app&file_name=app.sh");
    let headers = [ANY, ("Content-Type", "application/octet-stream")];
    let refused = stack.api.upload(&path, &headers, &vec![b'#'; 20 << 20]);
    assert_eq!(refused.problem(507), "storage-full");
    assert_eq!(incoming(&installation), 0);
    assert_eq!(stack.show()["latest_version"], 1, "nothing was saved");
    let small = application("small", true);
    stack.deploy("web/app", "app.sh", &small).done();
    assert_eq!(there(&stack), digest(&small));
}

#[test]
fn an_artifact_that_the_container_has_no_space_for_is_taken_back() {
    let installation = Installation::start();
    let stack = installation.create(
        "cramped",
        r#"
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'while :; do sleep 0.1; done']
    stop_grace_period: 0s
    volumes: ["cramped:/opt"]
    x-core-monitor: { deploy: { app: { target: /opt/, as: app.sh } } }
volumes:
  cramped: { driver_opts: { type: tmpfs, device: tmpfs, o: "size=1m" } }
"#,
    );
    stack.apply(1).done();
    let fits = application("small", true);
    stack.deploy("web/app", "app.sh", &fits).done();
    let failed = stack.deploy("web/app", "app.sh", &vec![b'#'; 3 << 20]).ended();
    assert_eq!(failed.status(), "CANCELLED", "{:#}", failed.body);
    let message = failed.body["failure"]["message"]["text"].as_str().unwrap();
    assert!(message.contains("no space left on device"), "{message}");
    assert_eq!(there(&stack), digest(&fits));
    assert_eq!(stack.status()["drift"]["drifted"], false, "{:#}", stack.status());
}
