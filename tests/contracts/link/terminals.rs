//! Commands in containers, through a link.

use std::collections::BTreeMap;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{ExecInput, ExecNews, ExecSession, LinkError, OutputStream};
use core_monitor_domain::terminal::{ExecEnd, ExecRequest, NotStarted, TerminalSize};

use crate::bench::Bench;

contract! {
    input_and_output_arrive_unchanged,
    a_command_that_cannot_be_started_says_why,
    a_terminal_has_the_size_that_was_last_sent,
    much_input_and_output_at_once_does_not_get_stuck,
    a_command_that_is_dropped_ends_on_the_engine,
    a_container_that_stops_is_told_from_a_worker_that_is_lost,
    a_container_that_is_missing_or_stopped_has_its_own_error,
    processes_are_listed,
}

fn request(command: &[&str], terminal: Option<TerminalSize>) -> ExecRequest {
    ExecRequest {
        command: command.iter().map(|word| (*word).to_owned()).collect(),
        user: None,
        workdir: None,
        environment: BTreeMap::new(),
        terminal,
    }
}

async fn start(bench: &Bench, request: &ExecRequest) -> ExecSession<LinkError> {
    bench.link.exec(&bench.web, request).await.unwrap()
}

async fn news(session: &mut ExecSession<LinkError>) -> ExecNews {
    session.output.next().await.unwrap().unwrap()
}

/// What it writes until it ends, and how that is.
async fn rest(session: &mut ExecSession<LinkError>) -> (Vec<u8>, ExecEnd) {
    let mut written = Vec::new();
    loop {
        match news(session).await {
            ExecNews::Output(chunk) => written.extend(chunk.bytes),
            ExecNews::Ended(end) => return (written, end),
        }
    }
}

const WELL: ExecEnd = ExecEnd::Exited { code: 0 };

async fn input_and_output_arrive_unchanged(bench: &mut Bench) {
    let mut cat = start(bench, &request(&["cat"], None)).await;
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(200_000).collect();
    cat.input.send(ExecInput::Bytes(bytes.clone())).await.unwrap();
    cat.input.send(ExecInput::End).await.unwrap();
    assert!(rest(&mut cat).await == (bytes, WELL));
    let mut both = start(bench, &request(&["sh", "-c", "echo one; echo two >&2"], None)).await;
    for (stream, text) in [(OutputStream::Stdout, "one\n"), (OutputStream::Stderr, "two\n")] {
        let ExecNews::Output(chunk) = news(&mut both).await else { panic!("it ended") };
        assert_eq!((chunk.stream, String::from_utf8(chunk.bytes).unwrap()), (stream, text.to_owned()));
    }
    assert_eq!(rest(&mut both).await.1, WELL);
}

async fn a_command_that_cannot_be_started_says_why(bench: &mut Bench) {
    let mut missing = start(bench, &request(&["no-such-command"], None)).await;
    assert_eq!(rest(&mut missing).await, (Vec::new(), ExecEnd::NotStarted(NotStarted::NoProgram)));
    let mut folder = start(bench, &request(&["/etc"], None)).await;
    let (_, end) = rest(&mut folder).await;
    let ExecEnd::NotStarted(NotStarted::Refused { message }) = end else { panic!("{end:?}") };
    assert!(message.contains("permission denied"), "{message}");
}

async fn a_terminal_has_the_size_that_was_last_sent(bench: &mut Bench) {
    let mut shell =
        start(bench, &request(&["sh", "-c", "read x; stty size"], Some(TerminalSize::default()))).await;
    shell.input.send(ExecInput::Resize(TerminalSize { columns: 132, rows: 43 })).await.unwrap();
    shell.input.send(ExecInput::Bytes(b"\n".to_vec())).await.unwrap();
    let (written, end) = rest(&mut shell).await;
    assert_eq!((String::from_utf8(written).unwrap().trim(), end), ("43 132", WELL));
}

async fn much_input_and_output_at_once_does_not_get_stuck(bench: &mut Bench) {
    let ExecSession { mut input, output } = start(bench, &request(&["cat"], None)).await;
    let part = vec![b'x'; 64 << 10];
    let writing = async {
        for _ in 0..160 {
            input.send(ExecInput::Bytes(part.clone())).await.unwrap();
        }
        input.send(ExecInput::End).await.unwrap();
    };
    let reading = async {
        let mut session = ExecSession { input: Box::new(Nobody), output };
        rest(&mut session).await
    };
    let ((), (written, end)) = futures::join!(writing, reading);
    assert_eq!((written.len(), end), (160 * part.len(), WELL));
}

struct Nobody;

#[async_trait::async_trait]
impl core_monitor_domain::ports::InputSink<LinkError> for Nobody {
    async fn send(&mut self, _: ExecInput) -> Result<(), LinkError> {
        Ok(())
    }
}

async fn a_command_that_is_dropped_ends_on_the_engine(bench: &mut Bench) {
    let cat = start(bench, &request(&["cat"], None)).await;
    bench.followers(1).await;
    drop(cat);
    bench.followers(0).await;
}

async fn a_container_that_stops_is_told_from_a_worker_that_is_lost(bench: &mut Bench) {
    let mut cat = start(bench, &request(&["cat"], None)).await;
    bench.end_worker().await;
    let lost = cat.output.next().await;
    assert!(matches!(lost, Err(LinkError::WorkerAway { .. })), "{lost:?}");
    bench.start_worker();
    let mut cat = start(bench, &request(&["cat"], None)).await;
    bench.engine.kill(&bench.web);
    assert_eq!(rest(&mut cat).await.1, ExecEnd::ContainerStopped);
}

async fn a_container_that_is_missing_or_stopped_has_its_own_error(bench: &mut Bench) {
    let request = request(&["cat"], None);
    let missing = bench.link.exec(&ContainerId::from("c0"), &request).await.err();
    assert_eq!(missing, Some(LinkError::NotFound { message: "No such container: c0".into() }));
    bench.engine.kill(&bench.web);
    let stopped = bench.link.exec(&bench.web, &request).await.err();
    assert!(matches!(stopped, Some(LinkError::Conflict { .. })), "{stopped:?}");
    let stopped = bench.link.processes(&bench.web).await.err();
    assert!(matches!(stopped, Some(LinkError::Conflict { .. })), "{stopped:?}");
}

async fn processes_are_listed(bench: &mut Bench) {
    let list = bench.link.processes(&bench.web).await.unwrap();
    assert_eq!((list.titles.len(), list.processes.len(), list.cut), (8, 1, false));
}
