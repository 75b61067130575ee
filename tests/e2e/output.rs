//! Container logs, from the engine through the worker and the engine link to a follower.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LogRequest, LogTail, OutputStream};
use core_monitor_domain::ports::{ContainerOutput, LinkError, LogFeed, LogLink as _};
use core_monitor_engine_link::{ENGINE_LINK, EngineLinkClient};
use core_monitor_host::SystemClock;

use crate::harness::{Installation, docker, inspect, poll};

const LIMIT: Duration = Duration::from_secs(30);

const DEFINITION: &str = "
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'echo one; echo two >&2; exec idle']
    stop_grace_period: 1s
";

/// Lines that have come, by stream, until there are `count`.
async fn lines(output: &mut LogFeed<LinkError>, count: usize) -> Vec<String> {
    let (mut out, mut err) = (String::new(), String::new());
    while out.lines().count() + err.lines().count() < count {
        for entry in output.next().await.unwrap().expect("it goes on") {
            let text = String::from_utf8(entry.bytes).unwrap() + "\n";
            if entry.stream == OutputStream::Stderr { err.push_str(&text) } else { out.push_str(&text) }
        }
    }
    let out = out.lines().map(|line| format!("out {line}"));
    out.chain(err.lines().map(|line| format!("err {line}"))).collect()
}

async fn read(
    link: &EngineLinkClient,
    container: &ContainerId,
    request: &LogRequest,
) -> Result<LogFeed<LinkError>, LinkError> {
    match link.read_logs(container, request).await? {
        ContainerOutput::Readable(feed) => Ok(feed),
        ContainerOutput::Unreadable { driver } => panic!("`{driver}` cannot be read"),
    }
}

#[test]
fn output_is_followed_through_the_worker_until_it_goes_away() {
    let mut installation = Installation::start();
    let stack = installation.create("output", DEFINITION);
    stack.apply(1).done();
    let name = format!("{}-web-1", stack.name);
    let container = ContainerId::from(inspect(&name)["Id"].as_str().unwrap());
    let socket: PathBuf = installation.data().join(ENGINE_LINK);
    let link = EngineLinkClient::new(socket, Arc::new(SystemClock));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let write = |line: &str| docker(&["exec", &name, "sh", "-c", &format!("echo {line} >/proc/1/fd/1")]);

    let mut output = runtime.block_on(read(&link, &container, &LogRequest::FOLLOW)).unwrap();
    assert_eq!(runtime.block_on(lines(&mut output, 2)), ["out one", "err two"]);
    write("three");
    assert_eq!(runtime.block_on(lines(&mut output, 1)), ["out three"]);

    installation.worker().kill();
    let broken = runtime.block_on(output.next());
    assert!(matches!(broken, Err(LinkError::WorkerAway { .. })), "{broken:?}");
    let away = runtime.block_on(read(&link, &container, &LogRequest::FOLLOW)).err();
    assert!(matches!(away, Some(LinkError::WorkerAway { .. })), "{away:?}");

    installation.start_worker();
    // Who was at work is known by a lease, which outlives its worker: what answers is asked itself.
    let mut output = poll("the next worker answers", LIMIT, || {
        runtime
            .block_on(read(&link, &container, &LogRequest { tail: LogTail::Last(1), ..LogRequest::FOLLOW }))
            .ok()
    });
    assert_eq!(runtime.block_on(lines(&mut output, 1)), ["out three"]);
    stack.ask("stop", &serde_json::json!({})).done();
    assert_eq!(runtime.block_on(output.next()), Ok(None), "it ends with its container");
}
