//! Logs of stacks and containers, over HTTP.

use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Installation, Stack, docker, poll};

const LIMIT: Duration = Duration::from_mins(1);
const NDJSON: (&str, &str) = ("Accept", "application/x-ndjson");

/// A definition with one service that runs this script.
fn running(script: &str, more: &str) -> String {
    // A dollar of the shell is not one of compose.
    let command = json!(["sh", "-c", script.replace('$', "$$")]);
    format!(
        "services:\n  web:\n    image: test/busybox:1\n    stop_grace_period: 1s\n    command: {command}\n{more}"
    )
}

/// Saves and applies it, without waiting until it stays up.
fn start(installation: &Installation, script: &str, more: &str) -> Stack {
    let stack = installation.create("logs", &running(script, more));
    stack.ask("apply/1", &json!({"readiness": "started"})).done();
    stack
}

fn text(stack: &Stack, query: &str) -> String {
    let answer = stack.api.get(&stack.path(&format!("/logs{query}")));
    assert_eq!(answer.status, 200, "{:#}", answer.body);
    // The client makes JSON of what looks like it.
    answer.body.as_str().map_or_else(|| answer.body.to_string(), str::to_owned)
}

/// Frames as they come.
struct Frames(BufReader<Box<dyn Read + Send>>);

impl Frames {
    fn of(stack: &Stack, query: &str) -> Self {
        let stream = stack.api.stream(&stack.path(&format!("/logs{query}")), &[NDJSON]);
        Self(BufReader::new(Box::new(stream)))
    }

    fn next(&mut self) -> Option<Value> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).unwrap();
        (read > 0).then(|| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }

    /// Everything up to and with the first frame that is `wanted`.
    #[track_caller]
    fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut seen = Vec::new();
        while let Some(frame) = self.next() {
            let last = wanted(&frame);
            seen.push(frame);
            if last {
                return seen;
            }
        }
        panic!("it ended before: {seen:#?}")
    }

    /// All the rest.
    fn rest(mut self) -> Vec<Value> {
        std::iter::from_fn(|| self.next()).collect()
    }
}

fn is_line(frame: &Value, text: &str) -> bool {
    frame["line"]["text"] == text
}

fn lines(frames: &[Value]) -> Vec<String> {
    let text = |frame: &Value| frame["line"]["text"].as_str().map(str::to_owned);
    frames.iter().filter_map(text).collect()
}

#[test]
fn streams_are_told_apart_and_lines_are_chosen() {
    let installation = Installation::start();
    let stack = start(&installation, "echo one; echo two >&2; sleep 0.1; printf half; exec idle", "");
    // The end of the line that is not complete comes with the end of the run.
    poll("all lines", LIMIT, || (text(&stack, "").lines().count() >= 2).then_some(()));
    stack.ask("stop", &json!({})).done();
    assert_eq!(text(&stack, "?stderr=false"), "web-1 | one\nweb-1 | half\n");
    assert_eq!(text(&stack, "?stdout=false"), "web-1 | two\n");
    assert_eq!(text(&stack, "?tail=1"), "web-1 | half\n");
    assert_eq!(text(&stack, "?grep=TW&ignore_case=true"), "web-1 | two\n");
    assert_eq!(text(&stack, "?until=1h"), "");
    assert_eq!(text(&stack, "?since=1h").lines().count(), 3);
    let container = format!("/api/v1/containers/{}-web-1/logs?stdout=false&timestamps=true", stack.name);
    let timed = installation.api.get(&container).body;
    let (time, line) = timed.as_str().unwrap().split_once(' ').unwrap();
    assert!(time.parse::<jiff::Timestamp>().is_ok() && line == "two\n", "{timed}");
}

#[test]
fn what_a_terminal_got_is_plain_and_whole() {
    let installation = Installation::start();
    let script = r#"printf "\033[31mred\033[0m\n\377\000binary\n"; head -c 40000 /dev/zero | tr "\0" x; echo; echo end; exec idle"#;
    let stack = start(&installation, script, "    tty: true\n");
    let all = poll("all lines", LIMIT, || Some(text(&stack, "")).filter(|text| text.ends_with("end\n")));
    let long = "x".repeat(40_000);
    assert_eq!(all, format!("web-1 | red\nweb-1 | \u{fffd}binary\nweb-1 | {long}\nweb-1 | end\n"));
    let frames = Frames::of(&stack, "?raw=true").rest();
    assert_eq!(frames[0]["line"]["text"], "\u{1b}[31mred\u{1b}[0m\r");
    // The log driver `json-file` keeps text only.
    assert_eq!(frames[1]["line"]["text"], "\u{fffd}\0binary\r");
    assert_eq!(frames.iter().filter(|frame| frame["line"]["unfinished"] == true).count(), 2);
    assert_eq!(frames.last().unwrap()["reason"], "complete");
}

#[test]
fn a_log_driver_that_keeps_bytes_gives_them_back() {
    let installation = Installation::start();
    let script = r#"printf "\377\000binary\n"; exec idle"#;
    let stack = start(&installation, script, "    logging: {driver: local}\n");
    poll("the line", LIMIT, || (text(&stack, "") == "web-1 | \u{fffd}binary\n").then_some(()));
    assert_eq!(Frames::of(&stack, "?raw=true").rest()[0]["line"]["base64"], "/wBiaW5hcnk=");
}

#[test]
fn a_line_of_16_mib_comes_whole_and_costs_no_memory() {
    const SIZE: usize = 16 << 20;
    let mut installation = Installation::start();
    let stack =
        start(&installation, "head -c 16777216 /dev/zero | tr '\\0' x; echo; echo end; exec idle", "");
    poll("all lines", LIMIT, || text(&stack, "?tail=1").contains("end").then_some(()));
    let before = (resident(&mut installation, true), resident(&mut installation, false));
    let mut stream = stack.api.stream(&stack.path("/logs?grep=x"), &[]);
    let (mut size, mut block) = (0, vec![0; 1 << 16]);
    loop {
        let read = stream.read(&mut block).unwrap();
        if read == 0 {
            break;
        }
        size += read;
    }
    assert_eq!(size, "web-1 | \n".len() + SIZE);
    let after = (resident(&mut installation, true), resident(&mut installation, false));
    assert!(after.0 < before.0 + 16_000 && after.1 < before.1 + 16_000, "KiB {before:?} to {after:?}");
}

/// Resident memory of the server or of the worker in KiB.
fn resident(installation: &mut Installation, of_server: bool) -> u64 {
    let process = if of_server { installation.server() } else { installation.worker() };
    let pid = process.pid().as_raw_nonzero();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn a_follower_goes_on_with_the_successor_of_a_replaced_container() {
    let installation = Installation::start();
    let stack = start(&installation, "echo first; exec idle", "");
    let mut frames = Frames::of(&stack, "?follow=true");
    frames.until(|frame| is_line(frame, "first"));
    let version = stack.save(&running("echo second; exec idle", ""));
    stack.ask(&format!("apply/{version}"), &json!({"readiness": "started"})).done();
    let seen = frames.until(|frame| is_line(frame, "second"));
    let replaced: Vec<_> = seen.iter().filter(|frame| frame["kind"] == "REPLACED").collect();
    assert_eq!(replaced.len(), 1, "{seen:#?}");
    assert_ne!(replaced[0]["former"]["container_id"], replaced[0]["container"]["container_id"]);
    // A service that is scaled up joins, and leaves when it is scaled down.
    let two = running("echo third; exec idle", "    scale: 2\n");
    stack.ask(&format!("apply/{}", stack.save(&two)), &json!({"readiness": "started"})).done();
    frames.until(|frame| is_line(frame, "third") && frame["line"]["slot"] == 2);
    let one = running("echo third; exec idle", "");
    stack.ask(&format!("apply/{}", stack.save(&one)), &json!({"readiness": "started"})).done();
    let last = frames.until(|frame| frame["kind"] == "ENDED");
    assert_eq!(last.last().unwrap()["container"]["slot"], 2);
    stack.ask("delete", &json!({})).done();
    assert_eq!(frames.until(|frame| frame["kind"] == "END").pop().unwrap()["reason"], "stack_deleted");
}

#[test]
fn nothing_is_missing_between_the_last_lines_and_what_is_written_later() {
    let installation = Installation::start();
    let quiet = "  quiet:\n    image: test/busybox:1\n    command: [sh, -c, 'echo once; exec idle']\n    stop_grace_period: 1s\n";
    let script = "i=0; while :; do echo $i; i=$((i+1)); sleep 0.03; done";
    let stack = start(&installation, script, quiet);
    poll("some lines", LIMIT, || text(&stack, "?service=web").lines().nth(9).map(drop));
    for query in ["?follow=true&tail=3", "?follow=true&tail=0", "?follow=true&tail=3&service=web"] {
        let mut frames = Frames::of(&stack, query);
        let mut seen = Vec::new();
        while lines(&seen).len() < 30 {
            seen.extend(frames.until(|frame| frame["line"]["service"] == "web"));
        }
        let others: Vec<_> = seen.iter().filter(|frame| frame["kind"] != "LINE").collect();
        assert!(others.is_empty(), "{query}: {others:#?}");
        let numbers: Vec<u64> = lines(&seen).iter().filter_map(|line| line.parse().ok()).collect();
        assert!(numbers.is_sorted_by(|one, next| one + 1 == *next), "{query}: {numbers:?}");
    }
}

#[test]
fn a_container_that_restarts_in_a_loop_is_followed_without_gaps() {
    let installation = Installation::start();
    let script = "cat /proc/sys/kernel/random/uuid; sleep 0.2; printf half; exit 1";
    let stack = installation.create("logs", &running(script, "    restart: always\n"));
    // It does not stay up, and need not.
    stack.ask_for("apply/1", &json!({"readiness": "started"}));
    poll("the container", LIMIT, || (!stack.containers().is_empty()).then_some(()));
    let mut frames = poll("the first line", LIMIT, || {
        (!text(&stack, "").is_empty()).then(|| Frames::of(&stack, "?follow=true"))
    });
    let mut seen = Vec::new();
    while lines(&seen).len() < 12 {
        seen.extend(frames.until(|frame| is_line(frame, "half")));
    }
    let got = lines(&seen);
    let name = format!("{}-web-1", stack.name);
    let written = docker(&["logs", &name]);
    // What is written later by the engine's own count: a run after a half line begins right behind it.
    let expected: Vec<_> = written.replace("half", "\nhalf\n").lines().map(str::to_owned).collect();
    let expected: Vec<_> = expected.into_iter().filter(|line| !line.is_empty()).take(got.len()).collect();
    assert_eq!(got, expected);
    assert!(seen.iter().filter(|frame| frame["kind"] == "STARTED").count() >= 2, "{seen:#?}");
}

#[test]
fn a_reader_goes_on_after_the_worker_was_killed() {
    let mut installation = Installation::start();
    let script = "i=0; while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); [ $((i%100)) -eq 0 ] && sleep 0.1; done; exec idle";
    let stack = start(&installation, script, "");
    let mut frames = Frames::of(&stack, "?follow=true");
    let mut seen = frames.until(|frame| is_line(frame, "300"));
    installation.worker().kill();
    let rest = frames.rest();
    let end = rest.last().unwrap();
    assert_eq!(
        (&end["reason"], &end["problem"]["code"]),
        (&json!("problem"), &json!("worker-away")),
        "{end}"
    );
    seen.extend(rest);
    let away = installation.api.get(&stack.path("/logs"));
    assert_eq!(away.problem(503), "worker-away");
    installation.start_worker();
    poll("the next worker answers", LIMIT, || {
        (stack.api.get(&stack.path("/logs?tail=0")).status == 200).then_some(())
    });
    while !seen.iter().any(|frame| is_line(frame, "2999")) {
        let after = seen.iter().rev().find_map(|frame| frame["line"]["after"].as_str()).unwrap().to_owned();
        let mut frames = Frames::of(&stack, &format!("?follow=true&tail=5&after={after}"));
        // Again and again, at some line.
        let goal = (lines(&seen).len() + 700).min(2_999).to_string();
        seen.extend(frames.until(|frame| is_line(frame, &goal)));
    }
    let numbers: Vec<_> = (0..3_000).map(|number: u32| number.to_string()).collect();
    assert_eq!(lines(&seen), numbers);
}

#[test]
fn a_log_driver_that_keeps_nothing_is_named() {
    let installation = Installation::start();
    let stack = start(&installation, "echo one; exec idle", "    logging: {driver: none}\n");
    let refused = installation.api.get(&stack.path("/logs"));
    assert_eq!(refused.problem(409), "logs-unreadable");
    assert!(refused.body["detail"].as_str().unwrap().contains("`none`"), "{:#}", refused.body);
}

#[test]
fn readers_that_stop_reading_cost_little_and_hold_up_nobody() {
    const SLOW: usize = 30;
    const LINES: usize = 200_000;
    let settings = [("CORE_MONITOR_STREAMS_PER_CALLER", "64"), ("CORE_MONITOR_WRITE_TIMEOUT", "3s")];
    let mut installation = Installation::with(&settings);
    let stack = start(&installation, &format!("yes {} | head -n {LINES}; exec idle", "x".repeat(99)), "");
    poll("all lines", LIMIT, || {
        let frames = Frames::of(&stack, "?tail=1").rest();
        let size = docker(&["inspect", "--size", "-f", "{{.LogPath}}", &format!("{}-web-1", stack.name)]);
        let size = std::fs::metadata(size.trim()).map_or(u64::MAX, |file| file.len());
        (frames.len() > 1 && size > LINES as u64 * 100).then_some(())
    });
    let before = (resident(&mut installation, true), resident(&mut installation, false));
    let slow: Vec<TcpStream> =
        (0..SLOW).map(|_| stack.api.ask_only(&stack.path("/logs?follow=true"))).collect();
    let mut stream = stack.api.stream(&stack.path("/logs?follow=true"), &[]);
    let (mut left, mut block) = (LINES * "web-1 | \n".len() + LINES * 99, vec![0; 1 << 16]);
    while left > 0 {
        let read = stream.read(&mut block).unwrap();
        assert!(read > 0, "it ended {left} bytes early");
        left = left.saturating_sub(read);
    }
    let during = (resident(&mut installation, true), resident(&mut installation, false));
    eprintln!("KiB {before:?} to {during:?} with {SLOW} readers that stopped");
    assert!(during.0 < before.0 + 60_000 && during.1 < before.1 + 60_000, "KiB {before:?} to {during:?}");
    // Those that do not read lose their connections.
    poll("the slow readers are gone", LIMIT, || slow.iter().all(is_closed).then_some(()));
}

/// Whether the server has closed its end of the connection. This end does not notice as long as it does not read: the end
/// of the stream waits behind what was sent.
fn is_closed(stream: &TcpStream) -> bool {
    let here = format!(":{:04X}", stream.local_addr().unwrap().port());
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let state = table.lines().find_map(|line| {
        // The number of the row, the address of that end, that of the other, the state.
        let mut words = line.split_whitespace().skip(2);
        let (other, state) = (words.next()?, words.next()?);
        other.ends_with(&here).then(|| state.to_owned())
    });
    // 01 is ESTABLISHED.
    state.is_none_or(|state| state != "01")
}
