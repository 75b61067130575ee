//! Commands in containers, with and without a terminal.

use std::collections::BTreeMap;
use std::time::Duration;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, ExecInput, ExecNews, ExecSession, OutputStream};
use core_monitor_domain::terminal::{ExecEnd, ExecRequest, NotStarted, TerminalSize};

use crate::bench::{Bench, DEADLINE, idle};

fn request(command: &[&str]) -> ExecRequest {
    ExecRequest {
        command: command.iter().map(|word| (*word).to_owned()).collect(),
        user: None,
        workdir: None,
        environment: BTreeMap::new(),
        terminal: None,
    }
}

fn in_terminal(command: &[&str]) -> ExecRequest {
    ExecRequest { terminal: Some(TerminalSize { columns: 100, rows: 30 }), ..request(command) }
}

async fn running(bench: &Bench) -> ContainerId {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.start(&id).await, "done");
    id
}

/// A command with what it has written.
struct Watched {
    session: ExecSession<EngineError>,
    out: String,
    err: String,
}

impl Watched {
    async fn start(bench: &Bench, id: &ContainerId, request: &ExecRequest) -> Self {
        let session = bench.engine.exec(id, request).await.unwrap();
        Self { session, out: String::new(), err: String::new() }
    }

    async fn send(&mut self, text: &str) {
        self.session.input.send(ExecInput::Bytes(text.as_bytes().to_vec())).await.unwrap();
    }

    /// Reads one piece of news; how it ended, if that is it.
    async fn hear(&mut self) -> Option<ExecEnd> {
        let news = tokio::time::timeout(DEADLINE, self.session.output.next()).await.unwrap().unwrap();
        match news {
            Some(ExecNews::Output(chunk)) => {
                let text = String::from_utf8_lossy(&chunk.bytes).into_owned();
                if chunk.stream == OutputStream::Stderr {
                    self.err += &text;
                } else {
                    self.out += &text;
                }
                None
            }
            Some(ExecNews::Ended(end)) => Some(end),
            None => panic!("it ended without saying how"),
        }
    }

    async fn end(&mut self) -> ExecEnd {
        loop {
            if let Some(end) = self.hear().await {
                return end;
            }
        }
    }

    async fn writes(&mut self, text: &str) {
        while !self.out.contains(text) {
            let end = self.hear().await;
            assert_eq!(end, None, "it ended: {}", self.out);
        }
    }
}

/// Sooner than an engine gives up to wait for a process.
const SOON: Duration = Duration::from_secs(5);
const WELL: ExecEnd = ExecEnd::Exited { code: 0 };

pub(crate) async fn outputs_and_exit_code_are_told(bench: &Bench) {
    let id = running(bench).await;
    let mut both = Watched::start(bench, &id, &request(&["sh", "-c", "echo one; echo two >&2"])).await;
    assert_eq!(both.end().await, WELL);
    assert_eq!((both.out.as_str(), both.err.as_str()), ("one\n", "two\n"));
    let mut failed = Watched::start(bench, &id, &request(&["sh", "-c", "exit 3"])).await;
    assert_eq!(failed.end().await, ExecEnd::Exited { code: 3 });
}

pub(crate) async fn a_command_that_cannot_be_started_has_written_nothing(bench: &Bench) {
    let id = running(bench).await;
    let ends = async |request: &ExecRequest| {
        let mut command = Watched::start(bench, &id, request).await;
        let end = command.end().await;
        assert_eq!((command.out.as_str(), command.err.as_str()), ("", ""), "{request:?}");
        end
    };
    for program in ["no-such-command", "/no/such/command"] {
        assert_eq!(ends(&request(&[program, "x"])).await, ExecEnd::NotStarted(NotStarted::NoProgram));
        assert_eq!(ends(&in_terminal(&[program])).await, ExecEnd::NotStarted(NotStarted::NoProgram));
    }
    for (request, expected) in [
        (request(&["/etc"]), "permission denied"),
        (ExecRequest { workdir: Some("/no-such-folder".to_owned()), ..request(&["true"]) }, "no such file"),
        (ExecRequest { user: Some("nobody-here".to_owned()), ..request(&["true"]) }, "unable to find user"),
    ] {
        let end = ends(&request).await;
        let ExecEnd::NotStarted(NotStarted::Refused { message }) = &end else { panic!("{end:?}") };
        assert!(message.contains(expected), "{message}");
    }
    let unknown = ExecRequest { user: Some("nobody-here".to_owned()), ..in_terminal(&["true"]) };
    let end = tokio::time::timeout(SOON, ends(&unknown)).await.unwrap();
    assert!(matches!(end, ExecEnd::NotStarted(NotStarted::Refused { .. })), "{end:?}");
}

pub(crate) async fn a_command_may_write_what_the_engine_would(bench: &Bench) {
    let id = running(bench).await;
    let imitation = ["sh", "-c", "printf 'OCI runtime exec failed: no\\r\\n'; exit 3"];
    let mut imitation = Watched::start(bench, &id, &request(&imitation)).await;
    assert_eq!(imitation.end().await, ExecEnd::Exited { code: 3 });
    assert_eq!(imitation.out, "OCI runtime exec failed: no\r\n");
    let prompt = ["sh", "-c", "printf 'OCI runtime exec'; cat"];
    let mut prompt = Watched::start(bench, &id, &request(&prompt)).await;
    prompt.writes("OCI runtime exec").await;
}

pub(crate) async fn input_is_read_to_its_end(bench: &Bench) {
    let id = running(bench).await;
    let mut cat = Watched::start(bench, &id, &request(&["cat"])).await;
    let text = "0123456789abcdef".repeat(4_096);
    for _ in 0..4 {
        cat.send(&text).await;
        cat.writes(&text).await;
        cat.out.clear();
    }
    cat.session.input.send(ExecInput::Resize(TerminalSize::default())).await.unwrap();
    cat.session.input.send(ExecInput::End).await.unwrap();
    assert_eq!(cat.end().await, WELL);
}

pub(crate) async fn a_terminal_echoes_and_has_a_size(bench: &Bench) {
    let id = running(bench).await;
    let mut cat = Watched::start(bench, &id, &in_terminal(&["cat"])).await;
    cat.send("hi\n").await;
    cat.writes("hi\r\nhi\r\n").await;
    cat.session.input.send(ExecInput::End).await.unwrap();
    cat.send("\u{4}").await;
    assert_eq!(cat.end().await, WELL, "its input ends by a character");
    let mut sized = Watched::start(bench, &id, &in_terminal(&["sh", "-c", "read x; stty size"])).await;
    sized.send("\n").await;
    assert_eq!(sized.end().await, WELL);
    assert!(sized.out.contains("30 100"), "{}", sized.out);
    let mut resized = Watched::start(bench, &id, &in_terminal(&["sh", "-c", "read x; stty size"])).await;
    resized.session.input.send(ExecInput::Resize(TerminalSize { columns: 132, rows: 43 })).await.unwrap();
    resized.send("\n").await;
    assert_eq!(resized.end().await, WELL);
    assert!(resized.out.contains("43 132"), "{}", resized.out);
}

pub(crate) async fn it_ends_with_its_container(bench: &Bench) {
    let id = running(bench).await;
    let mut cat = Watched::start(bench, &id, &request(&["cat"])).await;
    let mut shell = Watched::start(bench, &id, &in_terminal(&["cat"])).await;
    cat.send("hi\n").await;
    cat.writes("hi\n").await;
    bench.outside.kill(&id).await;
    assert_eq!(cat.end().await, ExecEnd::ContainerStopped);
    assert_eq!(shell.end().await, ExecEnd::ContainerStopped);
}

pub(crate) async fn a_terminal_that_is_dropped_hangs_up(bench: &Bench) {
    let id = running(bench).await;
    let shells = async || {
        let list = bench.engine.processes(&id).await.unwrap();
        assert_eq!(list.titles.last().map(String::as_str), Some("CMD"));
        list.processes.iter().filter(|row| row.last().is_some_and(|command| command == "sh -i")).count()
    };
    let mut shell = Watched::start(bench, &id, &in_terminal(&["sh", "-i"])).await;
    shell.send("sleep 86400\n").await;
    shell.writes("sleep 86400").await;
    drop(shell);
    let gone = async {
        while shells().await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(DEADLINE, gone).await.unwrap();
}

pub(crate) async fn only_a_running_container_runs_commands(bench: &Bench) {
    let missing = ContainerId::from("0".repeat(64).as_str());
    let error = |result: Result<ExecSession<EngineError>, EngineError>| match result {
        Ok(_) => "it runs".to_owned(),
        Err(EngineError::NotFound { .. }) => "not found".to_owned(),
        Err(EngineError::Conflict { .. }) => "conflict".to_owned(),
        Err(other) => format!("{other:?}"),
    };
    assert_eq!(error(bench.engine.exec(&missing, &request(&["true"])).await), "not found");
    assert!(matches!(bench.engine.processes(&missing).await, Err(EngineError::NotFound { .. })));
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(error(bench.engine.exec(&id, &request(&["true"])).await), "conflict");
    assert!(matches!(bench.engine.processes(&id).await, Err(EngineError::Conflict { .. })));
    let down = bench.down.exec(&id, &request(&["true"])).await.err();
    assert!(matches!(down, Some(EngineError::Unavailable { .. })), "{down:?}");
}
