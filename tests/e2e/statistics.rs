//! What containers and the host use, from the engine through the worker to a client.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::harness::{Installation, Stack, host, inspect, moment, poll, stopwatch};

const LIMIT: Duration = Duration::from_mins(3);

/// Holds 16 MiB and takes all the CPU time it may have, which is a fifth of one.
const DEFINITION: &str = "
services:
  burn:
    image: test/busybox:1
    command: [sh, -c, 'dd if=/dev/zero of=/held/file bs=1048576 count=16; while :; do :; done']
    tmpfs: /held
    cpus: 0.2
    mem_limit: 64m
    stop_grace_period: 1s
";
const HELD: u64 = 16 << 20;

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// The engine's own document about a container, by its API.
fn document(container: &str) -> Value {
    let host = host();
    let mut wire: Box<dyn Wire> = match host.strip_prefix("unix://") {
        Some(path) => Box::new(UnixStream::connect(path).unwrap()),
        None => Box::new(TcpStream::connect(host.trim_start_matches("tcp://")).unwrap()),
    };
    // Of this version of HTTP, so that the answer is not cut into chunks.
    write!(wire, "GET /containers/{container}/stats?stream=0&one-shot=1 HTTP/1.0\r\nHost: engine\r\n\r\n")
        .unwrap();
    let mut answer = BufReader::new(wire);
    let mut line = String::new();
    while answer.read_line(&mut line).unwrap() > 2 {
        line.clear();
    }
    serde_json::from_reader(answer).unwrap()
}

/// Used memory, by the formula of the command line client.
fn used(document: &Value) -> u64 {
    let memory = &document["memory_stats"];
    let usage = memory["usage"].as_u64().unwrap();
    let cache = |name: &str| memory["stats"][name].as_u64().filter(|cache| *cache < usage);
    usage - cache("total_inactive_file").or_else(|| cache("inactive_file")).unwrap_or(0)
}

fn cpu_seconds(document: &Value) -> f64 {
    Duration::from_nanos(document["cpu_stats"]["cpu_usage"]["total_usage"].as_u64().unwrap()).as_secs_f64()
}

fn received(document: &Value) -> u64 {
    document["networks"]
        .as_object()
        .unwrap()
        .values()
        .map(|network| network["rx_bytes"].as_u64().unwrap())
        .sum()
}

/// The stack, and the id of its container.
fn start(installation: &Installation) -> (Stack, String) {
    let stack = installation.create("statistics", DEFINITION);
    stack.apply(1).done();
    let id = inspect(&format!("{}-burn-1", stack.name))["Id"].as_str().unwrap().to_owned();
    (stack, id)
}

/// What the container of a stack uses, measured later than `after`.
fn usage(installation: &Installation, stack: &Stack, after: Timestamp) -> Value {
    poll("a measurement", LIMIT, || {
        let answer = installation.api.get(&format!("/api/v1/stacks/{}/stats", stack.id));
        let usage = answer.expect(200)["containers"][0]["usage"].clone();
        (!usage["cpu_percent"].is_null() && moment(&usage["at"]) > after).then_some(usage)
    })
}

#[test]
fn numbers_are_those_of_the_engine() {
    let installation = Installation::start();
    let (stack, id) = start(&installation);
    // The container has taken its memory when it begins to burn.
    poll("it has taken its memory", LIMIT, || (used(&document(&id)) > HELD).then_some(()));
    let before = document(&id);
    // The engine measures once a second: what comes two seconds later was measured after this.
    let usage = usage(&installation, &stack, moment(&before["read"]) + Duration::from_secs(2));
    let after = document(&id);

    let seconds = usage["cpu_seconds"].as_f64().unwrap();
    assert!(cpu_seconds(&before) <= seconds && seconds <= cpu_seconds(&after), "{before} {usage} {after}");
    let bytes = usage["network_received_bytes"].as_u64().unwrap();
    assert!(received(&before) <= bytes && bytes <= received(&after), "{before} {usage} {after}");
    let memory = usage["memory_bytes"].as_u64().unwrap();
    for document in [&before, &after] {
        assert!(memory.abs_diff(used(document)) < 2 << 20, "{document} {usage}");
    }
    assert!(memory > HELD && memory < HELD + (8 << 20), "{usage}");
    assert_eq!(usage["memory_limit_bytes"], 64 << 20);
    assert_eq!(usage["pids"], after["pids_stats"]["current"]);
    let share = usage["cpu_percent"].as_f64().unwrap();
    assert!(
        share > 0.0 && share < 40.0,
        "a fifth of one CPU at most, apart from the kernel's accounting: {usage}"
    );
}

#[test]
fn the_host_is_the_one_of_the_system() {
    let installation = Installation::start();
    let body = poll("the host was measured twice", LIMIT, || {
        let body = installation.api.get("/api/v1/host").expect(200).clone();
        (!body["usage"]["cpu_percent"].is_null()).then_some(body)
    });
    let usage = &body["usage"];
    let info = std::fs::read_to_string("/proc/meminfo").unwrap();
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:")).unwrap();
    let kib: u64 = total.trim().trim_end_matches(" kB").parse().unwrap();
    assert_eq!(usage["memory_total_bytes"], kib * 1024);
    let cpus = std::fs::read_to_string("/proc/stat").unwrap();
    let cpus = cpus.lines().filter(|line| line.starts_with("cpu") && !line.starts_with("cpu ")).count();
    assert_eq!(usage["cpus"], cpus);
    let purposes =
        usage["disks"].as_array().unwrap().iter().flat_map(|disk| disk["purposes"].as_array().unwrap());
    assert!(
        purposes.clone().any(|purpose| purpose == "data") && purposes.clone().any(|p| p == "engine"),
        "{usage}"
    );
    let sizes = installation.api.get("/api/v1/host/disk-usage").expect(200).clone();
    let images = sizes["images"].as_array().unwrap();
    let is_test_image = |image: &&Value| image["tags"].as_array().unwrap().contains(&"test/busybox:1".into());
    assert!(images.iter().find(is_test_image).unwrap()["bytes"].as_u64().unwrap() > 1 << 20, "{sizes}");
}

#[test]
fn history_outlives_the_worker() {
    let mut installation = Installation::start();
    let (stack, _) = start(&installation);
    let history = |installation: &Installation| {
        let answer = installation.api.get(&format!("/api/v1/stacks/{}/stats/history", stack.id));
        answer.expect(200).clone()
    };
    let (recent, took) = stopwatch(|| {
        poll("three measurements", LIMIT, || {
            let body = history(&installation);
            (body["series"][0]["points"].as_array().is_some_and(|points| points.len() >= 3)).then_some(body)
        })
    });
    assert!(took > Duration::from_secs(5), "they are five seconds apart");
    assert_eq!((&recent["step_seconds"], &recent["series"][0]["service"]), (&5.into(), &"burn".into()));
    let metrics = installation.api.get("/metrics");
    let labels = format!("{{stack=\"{}\",service=\"burn\",slot=\"1\"}}", stack.name);
    for name in ["cpu_usage_seconds_total", "memory_working_set_bytes", "network_receive_bytes_total"] {
        assert!(
            metrics.body.as_str().unwrap().contains(&format!("core_monitor_container_{name}{labels} ")),
            "{}",
            metrics.body
        );
    }

    installation.worker().terminate();
    poll("the worker is gone", LIMIT, || (installation.api.get("/api/v1/stats").status == 503).then_some(()));
    assert_eq!(installation.api.get("/api/v1/stats").problem(503), "worker-away");
    assert_eq!(installation.api.get("/api/v1/host").problem(503), "worker-away");
    let stored = history(&installation);
    assert_eq!(stored["step_seconds"], 300);
    let points = stored["series"][0]["points"].as_array().unwrap();
    assert!((1..=2).contains(&points.len()) && points[0]["memory_bytes"].as_u64() > Some(HELD), "{stored}");
    assert!(installation.api.get("/metrics").body.as_str().unwrap().contains("core_monitor_statistics_up 0"));

    installation.start_worker();
    poll("the next worker measures", LIMIT, || {
        let answer = installation.api.get("/api/v1/stats");
        (answer.status == 200 && !answer.body["containers"][0]["usage"].is_null()).then_some(())
    });
}

#[test]
fn a_stream_ends_with_the_reason_when_the_worker_goes_away() {
    let mut installation = Installation::start();
    start(&installation);
    poll("the worker measures", LIMIT, || {
        (installation.api.get("/api/v1/stats").status == 200).then_some(())
    });
    let mut frames = installation.api.events("/api/v1/stats/stream?every=1");
    for _ in 0..3 {
        assert_eq!(frames.next().unwrap().kind, "SNAPSHOT");
    }
    installation.worker().kill();
    let last = frames.find(|frame| frame.kind != "SNAPSHOT").unwrap();
    assert_eq!(last.data["problem"]["code"], "worker-away");
    assert!(frames.next().is_none(), "it is the last one");
}

#[test]
fn without_statistics_the_answer_names_the_setting() {
    let installation = Installation::with(&[("CORE_MONITOR_STATISTICS", "off")]);
    let answer = poll("the worker answers", LIMIT, || {
        let answer = installation.api.get("/api/v1/stats");
        (answer.body["code"] != "worker-away").then_some(answer)
    });
    assert_eq!(answer.problem(503), "engine-unavailable");
    assert!(answer.body["detail"].as_str().unwrap().contains("`statistics`"), "{}", answer.body);
}
