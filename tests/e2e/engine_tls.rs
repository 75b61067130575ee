//! An engine that is reached over TLS, and workers with which it does not agree on it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::harness::{Authority, Installation, Terminal, TlsEngine, built, command, poll};

const LIMIT: Duration = Duration::from_secs(30);

/// The engine has no bridge.
const DEFINITION: &str = "
services:
  web:
    image: test/busybox:1
    network_mode: none
    command: [sh, -c, 'while true; do echo said over TLS; sleep 1; done']
    stop_grace_period: 1s
";

#[test]
fn stacks_logs_and_terminals_work_over_tls() {
    let authority = Authority::new("authority");
    let engine = TlsEngine::start(&authority);
    engine.load("test/busybox:1");
    let certificates = authority.client(&authority);
    let settings = [("DOCKER_HOST", engine.address()), ("DOCKER_CERT_PATH", text(certificates.path()))];
    let installation = Installation::with(&settings);
    let stack = installation.create("tls", DEFINITION);
    stack.apply(1).done();
    let name = format!("{}-web-1", stack.name);
    assert_eq!(engine.docker(&["inspect", "--format", "{{.State.Running}}", &name]), "true");
    poll("the container is seen", LIMIT, || {
        let status = stack.status();
        let containers = status["services"][0]["containers"].as_array()?.len();
        (containers == 1).then_some(())
    });

    let logs = BufReader::new(stack.api.stream(&stack.path("/logs?follow=true"), &[]));
    let said = logs.lines().map_while(Result::ok).filter(|line| line.contains("said over TLS"));
    assert_eq!(said.take(3).count(), 3, "they come as they are said");

    // The connection is handed over: from then on, both sides send as they like.
    let mut terminal = Terminal::open(&installation.api, &name, &json!({}));
    terminal.send(b"echo canary-$((40 + 2))\n");
    terminal.prints("canary-42\r\n");
    terminal.send(b"exit 7\n");
    let (code, _, words) = terminal.closed();
    assert_eq!((code, words), (1_000, json!({"exit": {"code": 7}})));

    stack.ask("delete", &json!({})).done();
    assert_eq!(engine.docker(&["ps", "--all", "--quiet"]), "");
}

#[test]
fn a_worker_that_an_engine_does_not_accept_or_that_does_not_accept_it_says_what_to_check() {
    let (authority, other) = (Authority::new("authority"), Authority::new("other authority"));
    let engine = TlsEngine::start(&authority);
    let installation = Installation::without_worker(&[]);
    let (unknown, misled) = (other.client(&authority), authority.client(&other));
    for (folder, words) in [
        (Some(&unknown), "the engine does not accept the certificate of this worker: check that `cert.pem`"),
        (Some(&misled), "the engine's certificate was not issued by an authority in `ca.pem`"),
        (None, "the engine speaks TLS there: set `docker_cert_path`"),
    ] {
        let mut settings = vec![("DOCKER_HOST", engine.address())];
        settings.extend(folder.map(|folder| ("DOCKER_CERT_PATH", text(folder.path()))));
        let found = refused(&installation, "doctor", &settings);
        assert!(found.contains("does not answer") && found.contains(words), "{found}");
        let mut worker = installation.spawn_worker_with(&settings);
        worker.said(words, LIMIT, |line| line.contains(words).then_some(()));
        assert!(worker.terminate().success(), "it goes on trying until it is told to stop");
    }

    // A worker without a certificate of its own does not start.
    std::fs::remove_file(misled.path().join("cert.pem")).unwrap();
    let settings = [("DOCKER_HOST", engine.address()), ("DOCKER_CERT_PATH", text(misled.path()))];
    for task in ["doctor", "run"] {
        let found = refused(&installation, task, &settings);
        assert!(found.contains("`docker_cert_path` cannot be used") && found.contains("cert.pem"), "{found}");
    }
}

#[test]
fn an_engine_on_another_machine_is_never_asked_in_the_clear() {
    let installation = Installation::without_worker(&[]);
    for task in ["doctor", "run"] {
        // An address of examples: whoever sent anything there would wait for long.
        let found = refused(&installation, task, &[("DOCKER_HOST", "tcp://192.0.2.1:2375")]);
        let words = "the engine at tcp://192.0.2.1:2375 is on another machine: set `docker_cert_path`";
        assert!(found.contains(words), "{found}");
    }
}

/// What a worker says that does not do a task.
fn refused(installation: &Installation, task: &str, settings: &[(&str, &str)]) -> String {
    let output = command(built("core-monitor-worker"))
        .args(Some(task).filter(|task| *task != "run"))
        .env_clear()
        .env("CORE_MONITOR_DATA_DIR", installation.data())
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!output.status.success(), "{words}");
    words
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
