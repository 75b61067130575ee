//! Commands in containers: a few programs that are enough to see input, output, size and end.

use std::collections::VecDeque;

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{
    ContainerTerminals, EngineError, ExecInput, ExecNews, ExecSession, Feed, InputSink, OutputChunk,
    OutputStream,
};
use core_monitor_domain::terminal::{ExecEnd, ExecRequest, NotStarted, ProcessList, TerminalSize};
use tokio::sync::mpsc;

use super::SimContainerEngine;
use super::container::Phase;
use super::logs::Heard;

/// How much input may wait.
const WAITING: usize = 16;
/// What ends the input of a terminal, and what interrupts the program in it.
const END_OF_INPUT: u8 = 4;
const INTERRUPT: u8 = 3;

#[async_trait]
impl ContainerTerminals for SimContainerEngine {
    async fn exec(
        &self,
        container: &ContainerId,
        request: &ExecRequest,
    ) -> Result<ExecSession<EngineError>, EngineError> {
        let mut world = self.reached()?;
        runs(container, world.container(container)?.phase)?;
        // Whoever follows a container hears of its end.
        let (sender, of_container) = mpsc::unbounded_channel();
        world.followers.entry(container.clone()).or_default().push(sender);
        let (input, typed) = mpsc::channel(WAITING);
        let mut program = SimProgram {
            command: request.command.join(" "),
            terminal: request.terminal,
            line: Vec::new(),
            written: VecDeque::new(),
            end: None,
        };
        match cannot_start(request) {
            Some(why) => program.end = Some(ExecEnd::NotStarted(why)),
            None => program.start(),
        }
        let output = SimOutput { program, typed, of_container };
        Ok(ExecSession { input: Box::new(SimInput(input)), output: Box::new(output) })
    }

    async fn processes(&self, container: &ContainerId) -> Result<ProcessList, EngineError> {
        let world = self.reached()?;
        let found = world.container(container)?;
        if !found.is_up() {
            return Err(not_running(container));
        }
        let command = found.spec.command.clone().unwrap_or_default().join(" ");
        let titles = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"].map(str::to_owned);
        let row = ["root", "4321", "4300", "0", "10:00", "?", "00:00:00", &command].map(str::to_owned);
        Ok(ProcessList::new(titles.to_vec(), vec![row.to_vec()]))
    }
}

fn runs(container: &ContainerId, phase: Phase) -> Result<(), EngineError> {
    match phase {
        Phase::Running => Ok(()),
        Phase::Paused => {
            let message = format!("Container {container} is paused, unpause the container before exec");
            Err(EngineError::Conflict { message })
        }
        _ => Err(not_running(container)),
    }
}

fn not_running(container: &ContainerId) -> EngineError {
    EngineError::Conflict { message: format!("Container {container} is not running") }
}

struct SimInput(mpsc::Sender<ExecInput>);

#[async_trait]
impl InputSink<EngineError> for SimInput {
    async fn send(&mut self, input: ExecInput) -> Result<(), EngineError> {
        let closed = || EngineError::Conflict { message: "the command takes no input any more".to_owned() };
        self.0.send(input).await.map_err(|_| closed())
    }
}

struct SimOutput {
    program: SimProgram,
    typed: mpsc::Receiver<ExecInput>,
    of_container: mpsc::UnboundedReceiver<Heard>,
}

#[async_trait]
impl Feed<ExecNews, EngineError> for SimOutput {
    async fn next(&mut self) -> Result<Option<ExecNews>, EngineError> {
        loop {
            if let Some(chunk) = self.program.written.pop_front() {
                return Ok(Some(ExecNews::Output(chunk)));
            }
            if let Some(end) = &self.program.end {
                return Ok(Some(ExecNews::Ended(end.clone())));
            }
            tokio::select! {
                biased;
                heard = self.of_container.recv() => match heard {
                    Some(Ok(_)) => {}
                    Some(Err(())) => {
                        return Err(EngineError::Unavailable { reason: "the engine went away".to_owned() });
                    }
                    None => return Ok(Some(ExecNews::Ended(ExecEnd::ContainerStopped))),
                },
                input = self.typed.recv() => match input {
                    Some(input) => self.program.take(input),
                    None => self.program.hang_up(),
                },
            }
        }
    }
}

/// A running program, known by its command line.
struct SimProgram {
    command: String,
    terminal: Option<TerminalSize>,
    /// What was typed of a line.
    line: Vec<u8>,
    written: VecDeque<OutputChunk>,
    end: Option<ExecEnd>,
}

/// What the engine says about a command that it cannot start.
fn cannot_start(request: &ExecRequest) -> Option<NotStarted> {
    let refused = |message: &str| Some(NotStarted::Refused { message: message.to_owned() });
    match (request.program(), request.workdir.as_deref(), request.user.as_deref()) {
        (_, _, Some("nobody-here")) => {
            refused("unable to find user nobody-here: no matching entries in passwd file")
        }
        (_, Some("/no-such-folder"), _) => {
            refused("OCI runtime exec failed: no such file or directory: unknown")
        }
        ("/etc", ..) => refused("OCI runtime exec failed: permission denied: unknown"),
        ("no-such-command" | "/no/such/command", ..) => Some(NotStarted::NoProgram),
        _ => None,
    }
}

impl SimProgram {
    fn start(&mut self) {
        match self.command.as_str() {
            "true" => self.exit(0),
            "sh -c exit 3" => self.exit(3),
            "sh -c printf 'OCI runtime exec failed: no\\r\\n'; exit 3" => {
                self.write(OutputStream::Stdout, b"OCI runtime exec failed: no\r\n");
                self.exit(3);
            }
            "sh -c printf 'OCI runtime exec'; cat" => self.write(OutputStream::Stdout, b"OCI runtime exec"),
            "sh -c echo one; echo two >&2" => {
                self.write(OutputStream::Stdout, b"one\n");
                self.write(
                    if self.terminal.is_some() { OutputStream::Stdout } else { OutputStream::Stderr },
                    b"two\n",
                );
                self.exit(0);
            }
            _ => {}
        }
    }

    fn exit(&mut self, code: i64) {
        self.end = Some(ExecEnd::Exited { code });
    }

    fn write(&mut self, stream: OutputStream, bytes: &[u8]) {
        self.written.push_back(OutputChunk { stream, bytes: bytes.to_vec() });
    }

    fn take(&mut self, input: ExecInput) {
        match (input, self.terminal) {
            (ExecInput::Bytes(bytes), None) => {
                if self.command == "cat" {
                    self.write(OutputStream::Stdout, &bytes);
                }
            }
            (ExecInput::Bytes(bytes), Some(_)) => bytes.into_iter().for_each(|byte| self.type_byte(byte)),
            (ExecInput::Resize(size), Some(_)) => self.terminal = Some(size),
            // Only what reads notices.
            (ExecInput::End, None) if self.command == "cat" => self.hang_up(),
            (ExecInput::Resize(_), None) | (ExecInput::End, _) => {}
        }
    }

    /// A terminal shows what is typed, and hands over whole lines.
    fn type_byte(&mut self, byte: u8) {
        match byte {
            END_OF_INPUT if self.line.is_empty() => self.exit(0),
            INTERRUPT => self.exit(130),
            b'\n' | b'\r' => {
                self.write(OutputStream::Stdout, b"\r\n");
                let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
                self.read_line(&line);
            }
            _ => {
                self.write(OutputStream::Stdout, &[byte]);
                self.line.push(byte);
            }
        }
    }

    fn read_line(&mut self, line: &str) {
        let size = self.terminal.unwrap_or_default();
        match self.command.as_str() {
            "cat" => self.write(OutputStream::Stdout, format!("{line}\r\n").as_bytes()),
            "sh -c read x; stty size" => {
                self.write(OutputStream::Stdout, format!("{} {}\r\n", size.rows, size.columns).as_bytes());
                self.exit(0);
            }
            "/bin/sh" => {
                if let Some(code) = line.strip_prefix("exit ").and_then(|code| code.parse().ok()) {
                    self.exit(code);
                } else if line == "stty size" {
                    self.write(
                        OutputStream::Stdout,
                        format!("{} {}\r\n", size.rows, size.columns).as_bytes(),
                    );
                } else if line == "flood" {
                    for _ in 0..4_096 {
                        self.write(OutputStream::Stdout, &[b'x'; 4_096]);
                    }
                }
            }
            _ => {}
        }
    }

    fn hang_up(&mut self) {
        self.exit(if self.command == "cat" { 0 } else { 129 });
    }
}
