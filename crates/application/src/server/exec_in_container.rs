//! Running a command in a container, without a terminal.

use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{
    ExecInput, ExecNews, ExecSession, Feed, InputSink, LinkError, OutputChunk, OutputStream, within,
};
use core_monitor_domain::terminal::{ExecEnd, ExecRequest, TerminalEnd};

use super::Server;
use super::terminals::{TerminalError, ready_container, record_end, record_start};

/// How much of each output is kept, in bytes.
const MOST_OUTPUT: usize = 1 << 20;
/// The size of the parts in which input is handed over.
const PART: usize = 64 << 10;

/// A command to run to its end.
#[derive(Debug)]
pub struct ExecInContainer {
    /// The command, without a terminal.
    pub request: ExecRequest,
    /// What it reads. Its input ends behind it.
    pub stdin: Vec<u8>,
    /// How long it is waited for.
    pub timeout: Duration,
}

/// What became of a command.
#[derive(Debug, PartialEq, Eq)]
pub struct ExecResult {
    /// How it ended; `None` if it was still running when the time was over. The engine cannot end it, so it may still be.
    pub end: Option<ExecEnd>,
    /// Its output.
    pub stdout: Output,
    /// Its error output.
    pub stderr: Output,
}

/// What a command wrote.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The first bytes.
    pub bytes: Vec<u8>,
    /// Whether there were more than are kept.
    pub cut: bool,
}

impl Output {
    fn push(&mut self, bytes: &[u8]) {
        let room = MOST_OUTPUT - self.bytes.len();
        self.cut |= bytes.len() > room;
        self.bytes.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }
}

impl Server {
    /// Runs a command in a container and returns when it has ended or the time is over.
    pub async fn exec_in_container(
        &self,
        actor: &Actor,
        container: &ContainerId,
        exec: ExecInContainer,
    ) -> Result<ExecResult, TerminalError> {
        let action = Action::ExecInContainer;
        let ports = self.permit(actor, action, &Resource::Container(container.clone())).await?;
        if !ports.terminals.allowed {
            return Err(TerminalError::Off);
        }
        exec.request.check()?;
        let container = ready_container(ports, container).await?;
        let started = ports.clock.elapsed();
        let place = self.desk().open().enter(actor, started)?;
        let _seat = self.desk().seat(place);
        record_start(ports, actor, action, &container, &exec.request).await?;
        let mut result = ExecResult { end: None, stdout: Output::default(), stderr: Output::default() };
        let run = async {
            let session = ports.link.exec(&container.id, &exec.request).await?;
            run(session, &exec.stdin, &mut result).await
        };
        let ended = within(&*ports.clock, exec.timeout, run).await;
        let end = match &ended {
            Some(Ok(end)) => end.clone().into(),
            Some(Err(LinkError::WorkerAway { .. })) => TerminalEnd::WorkerAway,
            Some(Err(error)) => TerminalEnd::EngineFailed { message: error.to_string() },
            None => TerminalEnd::TimedOut { seconds: exec.timeout.as_secs() },
        };
        let seconds = ports.clock.elapsed().saturating_sub(started).as_secs();
        record_end(ports, actor, action, (&container, &exec.request), &end, seconds).await;
        result.end = match ended.transpose().map_err(|error| TerminalError::of_link(error, &container))? {
            Some(ExecEnd::NotStarted(why)) => return Err(TerminalError::NotStarted(why)),
            end => end,
        };
        Ok(result)
    }
}

async fn run(
    session: ExecSession<LinkError>,
    stdin: &[u8],
    result: &mut ExecResult,
) -> Result<ExecEnd, LinkError> {
    let ExecSession { mut input, mut output } = session;
    let (ended, ()) = futures::join!(read(&mut *output, result), write(&mut *input, stdin));
    ended
}

async fn read(
    output: &mut dyn Feed<ExecNews, LinkError>,
    result: &mut ExecResult,
) -> Result<ExecEnd, LinkError> {
    loop {
        match output.next().await? {
            Some(ExecNews::Output(OutputChunk { stream, bytes })) => match stream {
                OutputStream::Stdout => result.stdout.push(&bytes),
                OutputStream::Stderr => result.stderr.push(&bytes),
            },
            Some(ExecNews::Ended(end)) => return Ok(end),
            None => return Ok(ExecEnd::Unknown),
        }
    }
}

/// A command that does not read its input, or not all of it, is no error.
async fn write(input: &mut dyn InputSink<LinkError>, stdin: &[u8]) {
    for part in stdin.chunks(PART) {
        if input.send(ExecInput::Bytes(part.to_vec())).await.is_err() {
            return;
        }
    }
    let _ = input.send(ExecInput::End).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_kept_up_to_its_limit() {
        let mut output = Output::default();
        output.push(&vec![b'a'; MOST_OUTPUT - 1]);
        output.push(b"b");
        assert!(!output.cut, "it fits exactly");
        output.push(b"");
        assert!(!output.cut);
        output.push(b"c");
        assert!(output.cut && output.bytes.len() == MOST_OUTPUT && output.bytes.ends_with(b"ab"));
    }
}
