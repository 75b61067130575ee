//! Following a container's output.

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, LogStart, OutputFeed, OutputStream};

use crate::bench::{Bench, DEADLINE, command, idle};

type Output = OutputFeed<EngineError>;

/// Received output. Chunk boundaries and the order of the two streams are not specified.
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    out: String,
    err: String,
}

impl Heard {
    fn of(out: &str, err: &str) -> Self {
        Self { out: out.to_owned(), err: err.to_owned() }
    }

    /// Receives one more chunk; `false` at the end.
    async fn listen(&mut self, output: &mut Output) -> bool {
        let next = tokio::time::timeout(DEADLINE, output.next()).await;
        let Some(chunk) = next.unwrap_or_else(|_| panic!("nothing more after {self:?}")).unwrap() else {
            return false;
        };
        let text = std::str::from_utf8(&chunk.bytes).unwrap();
        match chunk.stream {
            OutputStream::Stdout => self.out.push_str(text),
            OutputStream::Stderr => self.err.push_str(text),
        }
        true
    }
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

/// A running container that has written `one` to standard output and `two` to standard error.
async fn written(bench: &Bench) -> ContainerId {
    let script = command(&["sh", "-c", "echo one; echo two >&2; exec idle"]);
    let id = bench.make(bench.container("web", script)).await;
    assert_eq!(bench.start(&id).await, "done");
    until(&mut follow(bench, &id, LogStart::Beginning).await, "one\n", "two\n").await;
    id
}

async fn follow(bench: &Bench, id: &ContainerId, from: LogStart) -> Output {
    bench.engine.follow(id, from).await.unwrap()
}

pub(crate) async fn the_two_streams_are_told_apart(bench: &Bench) {
    written(bench).await;
}

pub(crate) async fn what_is_written_later_follows(bench: &Bench) {
    let id = written(bench).await;
    let mut output = follow(bench, &id, LogStart::Beginning).await;
    until(&mut output, "one\n", "two\n").await;
    bench.outside.write(&id, false, "three").await;
    until(&mut output, "three\n", "").await;
    bench.outside.write(&id, true, "four").await;
    until(&mut output, "", "four\n").await;
}

pub(crate) async fn the_end_of_the_container_is_the_end(bench: &Bench) {
    let id = written(bench).await;
    let mut output = follow(bench, &id, LogStart::Beginning).await;
    bench.outside.write(&id, false, "three").await;
    bench.outside.kill(&id).await;
    assert_eq!(rest(&mut output).await, Heard::of("one\nthree\n", "two\n"));
}

pub(crate) async fn a_restart_is_an_end(bench: &Bench) {
    let id = written(bench).await;
    let mut output = follow(bench, &id, LogStart::LastLines(0)).await;
    assert_eq!(bench.restart(&id).await, "done");
    assert_eq!(rest(&mut output).await, Heard::default(), "the next run is another one");
}

pub(crate) async fn a_stopped_container_returns_existing_output(bench: &Bench) {
    let fresh = bench.make(bench.container("fresh", idle())).await;
    assert_eq!(rest(&mut follow(bench, &fresh, LogStart::Beginning).await).await, Heard::default());
    let id = written(bench).await;
    assert_eq!(bench.stop(&id).await, "done");
    let all = Heard::of("one\n", "two\n");
    assert_eq!(rest(&mut follow(bench, &id, LogStart::Beginning).await).await, all);
}

pub(crate) async fn it_starts_the_given_number_of_lines_before_the_end(bench: &Bench) {
    let id = written(bench).await;
    bench.outside.write(&id, false, "three").await;
    let from = |lines| follow(bench, &id, LogStart::LastLines(lines));
    until(&mut from(1).await, "three\n", "").await;
    until(&mut from(100).await, "one\nthree\n", "two\n").await;
    let mut further = from(0).await;
    bench.outside.write(&id, false, "four").await;
    until(&mut further, "four\n", "").await;
}

pub(crate) async fn several_follow_the_same_container(bench: &Bench) {
    let id = written(bench).await;
    let mut one = follow(bench, &id, LogStart::LastLines(0)).await;
    let mut other = follow(bench, &id, LogStart::LastLines(0)).await;
    bench.outside.write(&id, false, "three").await;
    until(&mut one, "three\n", "").await;
    drop(one);
    bench.outside.write(&id, false, "four").await;
    until(&mut other, "three\nfour\n", "").await;
}

pub(crate) async fn a_missing_container_is_not_found(bench: &Bench) {
    let missing = "0".repeat(64).as_str().into();
    let answer = bench.engine.follow(&missing, LogStart::Beginning).await.err();
    assert!(matches!(answer, Some(EngineError::NotFound { .. })), "{answer:?}");
}

pub(crate) async fn an_engine_that_is_down_is_unavailable(bench: &Bench) {
    let container = "0".repeat(64).as_str().into();
    let answer = bench.down.follow(&container, LogStart::Beginning).await.err();
    assert!(matches!(answer, Some(EngineError::Unavailable { .. })), "{answer:?}");
}
