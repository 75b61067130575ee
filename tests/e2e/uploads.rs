//! Artifacts on their way: large ones, over a full disk, and through a server that is killed.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::harness::{Answer, Installation, Stack, docker, poll};

const SOON: Duration = Duration::from_secs(20);
const MIB: usize = 1 << 20;
const ANY: (&str, &str) = ("If-Match", "*");

fn shop(installation: &Installation) -> Stack {
    let stack = installation.create(
        "uploads",
        "
services:
  web:
    image: test/busybox:1
    command: [sleep, '3600']
    network_mode: none
    stop_grace_period: 0s
    x-core-monitor: {deploy: {app: {target: /srv/, form: file, max_size: 300MB}, site: {target: /www, form: tree, max_size: 300MB}}}
",
    );
    stack.apply(1).done();
    stack
}

fn upload(stack: &Stack, bytes: &[u8]) -> Answer {
    let path = stack.path("/deploy?service=web&slot=app&file_name=app.bin&wait=120");
    stack.api.upload(&path, &[ANY, ("Content-Type", "application/octet-stream")], bytes)
}

/// Begins an upload by hand.
fn begin(installation: &Installation, stack: &Stack, length: usize) -> TcpStream {
    let mut connection = TcpStream::connect(installation.api.address()).unwrap();
    let token = installation.api.token();
    let path = stack.path("/deploy?service=web&slot=app&file_name=app.bin");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIf-Match: *\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).unwrap();
    connection
}

/// Megabytes that a process had resident at most.
fn peak(pid: rustix::process::Pid) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() / 1024
}

fn incoming(data: &Path) -> usize {
    std::fs::read_dir(data.join("artifacts/incoming")).map(Iterator::count).unwrap_or_default()
}

#[test]
fn a_large_artifact_needs_no_memory() {
    let installation = Installation::start();
    let stack = shop(&installation);
    let artifact: Vec<u8> = (0..40 * MIB).map(|place| (place / 4096).to_le_bytes()[0]).collect();
    let (server, worker) =
        (installation.server.as_ref().unwrap().pid(), installation.worker.as_ref().unwrap().pid());
    let before = (peak(server), peak(worker));
    let answer = upload(&stack, &artifact);
    assert_eq!(answer.body["status"], "DONE", "{:#}", answer.body);
    let after = (peak(server), peak(worker));
    assert!(after.0 < before.0 + 24 && after.1 < before.1 + 24, "{before:?} MiB before, {after:?} after");
    let container = format!("{}-web-1", stack.name);
    let length = docker(&["exec", &container, "wc", "-c", "/srv/app.bin"]);
    assert!(length.starts_with(&artifact.len().to_string()), "{length}");
}

#[test]
fn an_artifact_that_finds_no_space_leaves_nothing() {
    let installation = Installation::on_small_disk(&[], "", 48);
    let stack = shop(&installation);
    // It is refused for its size, before it is read, and who sends on finds the connection closed.
    let mut connection = begin(&installation, &stack, 60 * MIB);
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = connection.read(&mut chunk) {
        answer.extend_from_slice(&chunk[..length]);
    }
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 507") && answer.contains("storage-full"), "{answer}");
    poll("its draft is gone", SOON, || (incoming(installation.data()) == 0).then_some(()));
    assert_eq!(installation.api.get("/api/v1/artifacts").expect(200)["items"], json!([]));
    let answer = upload(&stack, &vec![7; MIB]);
    assert_eq!(answer.body["status"], "DONE", "{:#}", answer.body);
}

#[test]
fn an_upload_that_is_cut_off_leaves_nothing_whoever_is_killed() {
    let mut installation = Installation::start();
    let stack = shop(&installation);
    let begin = |installation: &Installation| {
        let mut connection = begin(installation, &stack, 10 * MIB);
        connection.write_all(&vec![1; 4 * MIB]).unwrap();
        poll("it arrives", SOON, || (incoming(installation.data()) == 1).then_some(()));
        connection
    };
    // The client goes away.
    drop(begin(&installation));
    poll("its draft is gone", SOON, || (incoming(installation.data()) == 0).then_some(()));
    // The server is killed.
    let connection = begin(&installation);
    installation.server().kill();
    drop(connection);
    assert_eq!(incoming(installation.data()), 1);
    installation.start_server();
    poll("what was left is gone", SOON, || (incoming(installation.data()) == 0).then_some(()));
    assert_eq!(installation.api.get("/api/v1/artifacts").expect(200)["items"], json!([]));
    let answer = upload(&stack, b"whole");
    assert_eq!(answer.body["status"], "DONE", "{:#}", answer.body);
}
