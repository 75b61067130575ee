//! The output of containers.

use std::collections::BTreeMap;

use core_monitor_domain::desired::{ContainerSpec, Logging};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{ENTRY, LineEnd, LogEntry, LogRequest, LogTail, OutputStream};
use core_monitor_domain::ports::{ContainerOutput, EngineError, LogFeed};

use crate::bench::{Bench, DEADLINE, command, idle};

type Output = LogFeed<EngineError>;

/// The last entries, and what follows.
fn last(lines: u32) -> LogRequest {
    LogRequest { tail: LogTail::Last(lines), ..LogRequest::FOLLOW }
}

/// Received output. The order of the two streams is not specified.
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    out: String,
    err: String,
}

impl Heard {
    fn of(out: &str, err: &str) -> Self {
        Self { out: out.to_owned(), err: err.to_owned() }
    }

    /// Receives one more batch; `false` at the end.
    async fn listen(&mut self, output: &mut Output) -> bool {
        let Some(entries) = next(output).await else { return false };
        for entry in entries {
            let text = String::from_utf8(entry.bytes).unwrap();
            let end = if entry.end == LineEnd::Newline { "\n" } else { "" };
            let heard = match entry.stream {
                OutputStream::Stdout => &mut self.out,
                OutputStream::Stderr => &mut self.err,
            };
            heard.push_str(&text);
            heard.push_str(end);
        }
        true
    }
}

async fn next(output: &mut Output) -> Option<Vec<LogEntry>> {
    let next = tokio::time::timeout(DEADLINE, output.next()).await.unwrap().unwrap();
    assert!(next.as_ref().is_none_or(|entries| !entries.is_empty()), "a batch is never empty");
    next
}

/// Receives until exactly this output has arrived.
async fn until(output: &mut Output, out: &str, err: &str) {
    let (mut heard, expected) = (Heard::default(), Heard::of(out, err));
    while heard != expected {
        assert!(heard.listen(output).await, "it ended after {heard:?}");
    }
}

/// Receives to the end.
async fn rest(output: &mut Output) -> Heard {
    let mut heard = Heard::default();
    while heard.listen(output).await {}
    heard
}

/// Every entry to the end.
async fn entries(bench: &Bench, id: &ContainerId, request: &LogRequest) -> Vec<LogEntry> {
    let (mut output, mut all) = (read(bench, id, request).await, Vec::new());
    while let Some(batch) = next(&mut output).await {
        all.extend(batch);
    }
    all
}

/// A running container that has written `one` to standard output and `two` to standard error.
async fn written(bench: &Bench) -> ContainerId {
    let script = command(&["sh", "-c", "echo one; echo two >&2; exec idle"]);
    let id = bench.make(bench.container("web", script)).await;
    assert_eq!(bench.start(&id).await, "done");
    until(&mut read(bench, &id, &LogRequest::FOLLOW).await, "one\n", "two\n").await;
    id
}

async fn read(bench: &Bench, id: &ContainerId, request: &LogRequest) -> Output {
    match bench.engine.read_logs(id, request).await.unwrap() {
        ContainerOutput::Readable(output) => output,
        ContainerOutput::Unreadable { driver } => panic!("`{driver}` cannot be read"),
    }
}

pub(crate) async fn the_two_streams_are_told_apart(bench: &Bench) {
    let id = written(bench).await;
    let only_errors = LogRequest { stdout: false, ..LogRequest::ALL };
    assert_eq!(rest(&mut read(bench, &id, &only_errors).await).await, Heard::of("", "two\n"));
    let no_errors = LogRequest { stderr: false, ..LogRequest::ALL };
    assert_eq!(rest(&mut read(bench, &id, &no_errors).await).await, Heard::of("one\n", ""));
}

pub(crate) async fn what_is_written_later_follows(bench: &Bench) {
    let id = written(bench).await;
    let mut output = read(bench, &id, &LogRequest::FOLLOW).await;
    until(&mut output, "one\n", "two\n").await;
    bench.outside.write(&id, false, "three").await;
    until(&mut output, "three\n", "").await;
    bench.outside.write(&id, true, "four").await;
    until(&mut output, "", "four\n").await;
}

pub(crate) async fn without_following_it_ends_with_what_there_is(bench: &Bench) {
    let id = written(bench).await;
    assert_eq!(rest(&mut read(bench, &id, &LogRequest::ALL).await).await, Heard::of("one\n", "two\n"));
}

pub(crate) async fn the_end_of_the_container_is_the_end(bench: &Bench) {
    let id = written(bench).await;
    let mut output = read(bench, &id, &LogRequest::FOLLOW).await;
    bench.outside.write(&id, false, "three").await;
    bench.outside.kill(&id).await;
    assert_eq!(rest(&mut output).await, Heard::of("one\nthree\n", "two\n"));
}

pub(crate) async fn a_restart_is_an_end(bench: &Bench) {
    let id = written(bench).await;
    let mut output = read(bench, &id, &last(0)).await;
    assert_eq!(bench.restart(&id).await, "done");
    assert_eq!(rest(&mut output).await, Heard::default(), "the next run is another one");
}

pub(crate) async fn a_stopped_container_returns_existing_output(bench: &Bench) {
    let fresh = bench.make(bench.container("fresh", idle())).await;
    assert_eq!(rest(&mut read(bench, &fresh, &LogRequest::FOLLOW).await).await, Heard::default());
    let id = written(bench).await;
    assert_eq!(bench.stop(&id).await, "done");
    let all = Heard::of("one\n", "two\n");
    assert_eq!(rest(&mut read(bench, &id, &LogRequest::FOLLOW).await).await, all);
}

pub(crate) async fn it_starts_the_given_number_of_lines_before_the_end(bench: &Bench) {
    let id = written(bench).await;
    bench.outside.write(&id, false, "three").await;
    until(&mut read(bench, &id, &last(1)).await, "three\n", "").await;
    until(&mut read(bench, &id, &last(100)).await, "one\nthree\n", "two\n").await;
    let mut further = read(bench, &id, &last(0)).await;
    bench.outside.write(&id, false, "four").await;
    until(&mut further, "four\n", "").await;
}

pub(crate) async fn both_ends_of_a_period_belong_to_it(bench: &Bench) {
    let id = written(bench).await;
    bench.outside.write(&id, false, "three").await;
    until(&mut read(bench, &id, &last(1)).await, "three\n", "").await;
    // The two streams are not sorted by time among themselves.
    let out = LogRequest { stderr: false, ..LogRequest::ALL };
    let all = entries(bench, &id, &out).await;
    let (one, three) = (all.first().unwrap().at, all.last().unwrap().at);
    let texts = |entries: Vec<LogEntry>| -> Vec<_> {
        entries.into_iter().map(|entry| String::from_utf8(entry.bytes).unwrap()).collect()
    };
    let since = LogRequest { since: Some(three), ..out.clone() };
    assert!(texts(entries(bench, &id, &since).await).contains(&"three".to_owned()));
    let until = LogRequest { until: Some(one), ..out.clone() };
    assert!(texts(entries(bench, &id, &until).await).contains(&"one".to_owned()));
    let whole = LogRequest { since: Some(one), until: Some(three), ..out };
    assert_eq!(entries(bench, &id, &whole).await, all, "times read back as they were");
}

pub(crate) async fn a_long_line_is_several_entries_of_one_time(bench: &Bench) {
    let id = written(bench).await;
    let line = "x".repeat(2 * ENTRY + 5);
    bench.outside.write(&id, false, &line).await;
    let mut heard = Heard::default();
    let mut output = read(bench, &id, &last(0)).await;
    bench.outside.write(&id, false, "end").await;
    while !heard.out.ends_with("end\n") {
        assert!(heard.listen(&mut output).await);
    }
    let all = entries(bench, &id, &LogRequest { stderr: false, ..LogRequest::ALL }).await;
    let parts: Vec<_> =
        all.iter().map(|entry| (entry.bytes.len(), entry.end == LineEnd::Continues)).collect();
    assert_eq!(parts, [(3, false), (ENTRY, true), (ENTRY, true), (5, false), (3, false)]);
    assert!(all[1].at == all[2].at && all[2].at == all[3].at, "{:?}", all[1].at);
}

pub(crate) async fn a_log_driver_that_keeps_nothing_is_named(bench: &Bench) {
    let logging = Some(Logging { driver: Some("none".into()), options: BTreeMap::new() });
    let id = bench.make(bench.container("silent", ContainerSpec { logging, ..idle() })).await;
    assert_eq!(bench.start(&id).await, "done");
    match bench.engine.read_logs(&id, &LogRequest::FOLLOW).await.unwrap() {
        ContainerOutput::Unreadable { driver } => assert_eq!(driver, "none"),
        ContainerOutput::Readable(_) => panic!("there is something to read"),
    }
}

pub(crate) async fn several_follow_the_same_container(bench: &Bench) {
    let id = written(bench).await;
    let mut one = read(bench, &id, &last(0)).await;
    let mut other = read(bench, &id, &last(0)).await;
    bench.outside.write(&id, false, "three").await;
    until(&mut one, "three\n", "").await;
    drop(one);
    bench.outside.write(&id, false, "four").await;
    until(&mut other, "three\nfour\n", "").await;
}

pub(crate) async fn a_missing_container_is_not_found(bench: &Bench) {
    let missing = "0".repeat(64).as_str().into();
    let answer = bench.engine.read_logs(&missing, &LogRequest::FOLLOW).await.err();
    assert!(matches!(answer, Some(EngineError::NotFound { .. })), "{answer:?}");
}

pub(crate) async fn an_engine_that_is_down_is_unavailable(bench: &Bench) {
    let container = "0".repeat(64).as_str().into();
    let answer = bench.down.read_logs(&container, &LogRequest::FOLLOW).await.err();
    assert!(matches!(answer, Some(EngineError::Unavailable { .. })), "{answer:?}");
}
