//! Commands in containers.

use async_trait::async_trait;
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{
    EngineLink, ExecInput, ExecNews, ExecSession, InputSink, LinkError, OutputChunk, OutputStream,
};
use core_monitor_domain::terminal::{ExecEnd, ExecRequest, ProcessList, TerminalSize};
use serde::{Deserialize, Serialize};

use super::{Exchange, Operation, Payload, Question};
use crate::refusal::garbled;

/// Runs a command until it ends.
pub(crate) struct Exec;

/// The container and the command.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OpenExec {
    pub(crate) container: ContainerId,
    pub(crate) request: ExecRequest,
}

#[async_trait]
impl Operation for Exec {
    const NAME: &'static str = "exec";
    const LONGEST_ITEM: usize = 256 << 10;
    /// It may have been started before the connection was lost.
    const REPEATABLE: bool = false;
    type Request = OpenExec;
    type Input = ExecInput;
    type Item = OutputChunk;
    type End = ExecEnd;
    type Ready = ExecSession<LinkError>;

    async fn open(link: &dyn EngineLink, open: OpenExec) -> Result<Self::Ready, LinkError> {
        link.exec(&open.container, &open.request).await
    }

    async fn run(session: Self::Ready, exchange: &mut Exchange<Self>) -> Result<ExecEnd, LinkError> {
        let ExecSession { input, mut output } = session;
        let sender = exchange.sender();
        let writing = async {
            loop {
                match output.next().await? {
                    Some(ExecNews::Output(chunk)) => sender.send(&chunk).await?,
                    Some(ExecNews::Ended(end)) => return Ok(end),
                    None => return Ok(ExecEnd::Unknown),
                }
            }
        };
        tokio::select! {
            ended = writing => ended,
            error = read(input, exchange) => Err(error),
        }
    }
}

/// Hands the input over. It returns only when the client is lost; how the command ends is told by its output.
async fn read(mut sink: Box<dyn InputSink<LinkError>>, exchange: &mut Exchange<Exec>) -> LinkError {
    let mut takes_input = true;
    loop {
        let input = match exchange.receive().await {
            Ok(Some(input)) => input,
            // A terminal goes on without input, for instance with one that only prints.
            Ok(None) => std::future::pending().await,
            Err(error) => return error,
        };
        // What the command does not take any more is read all the same, so that the client does not wait.
        if takes_input {
            takes_input = sink.send(input).await.is_ok();
        }
    }
}

/// Lists the processes of a container.
pub(crate) struct ListProcesses;

#[async_trait]
impl Question for ListProcesses {
    const NAME: &'static str = "list_processes";
    type Request = ContainerId;
    type Answer = ProcessList;

    async fn answer(link: &dyn EngineLink, container: ContainerId) -> Result<ProcessList, LinkError> {
        link.processes(&container).await
    }
}

const STDOUT: u8 = 1;
const STDERR: u8 = 2;

/// One byte for the stream, followed by the raw bytes.
impl Payload for OutputChunk {
    fn encode(&self) -> Result<Bytes, LinkError> {
        let mut out = BytesMut::with_capacity(1 + self.bytes.len());
        out.put_u8(match self.stream {
            OutputStream::Stdout => STDOUT,
            OutputStream::Stderr => STDERR,
        });
        out.put_slice(&self.bytes);
        Ok(out.freeze())
    }

    fn decode(mut bytes: Bytes) -> Result<Self, LinkError> {
        let stream = match bytes.try_get_u8() {
            Ok(STDOUT) => OutputStream::Stdout,
            Ok(STDERR) => OutputStream::Stderr,
            _ => return Err(garbled("the output of a command")),
        };
        Ok(Self { stream, bytes: bytes.into() })
    }
}

const BYTES: u8 = 1;
const RESIZE: u8 = 2;
const END: u8 = 3;

/// One byte for the kind, then the raw bytes, or columns and rows in big endian.
impl Payload for ExecInput {
    fn encode(&self) -> Result<Bytes, LinkError> {
        let mut out = BytesMut::new();
        match self {
            Self::Bytes(bytes) => {
                out.reserve(1 + bytes.len());
                out.put_u8(BYTES);
                out.put_slice(bytes);
            }
            Self::Resize(size) => {
                out.put_u8(RESIZE);
                out.put_u16(size.columns);
                out.put_u16(size.rows);
            }
            Self::End => out.put_u8(END),
        }
        Ok(out.freeze())
    }

    fn decode(mut bytes: Bytes) -> Result<Self, LinkError> {
        let malformed = || garbled("the input of a command");
        match bytes.try_get_u8() {
            Ok(BYTES) => Ok(Self::Bytes(bytes.into())),
            Ok(RESIZE) if bytes.len() == 4 => {
                TerminalSize::new(bytes.get_u16(), bytes.get_u16()).map(Self::Resize).map_err(|_| malformed())
            }
            Ok(END) if bytes.is_empty() => Ok(Self::End),
            _ => Err(malformed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_round_trips_byte_for_byte() {
        let size = TerminalSize { columns: 132, rows: 43 };
        for input in [
            ExecInput::Bytes((0..=u8::MAX).collect()),
            ExecInput::Bytes(Vec::new()),
            ExecInput::Resize(size),
            ExecInput::End,
        ] {
            assert_eq!(ExecInput::decode(input.encode().unwrap()).unwrap(), input);
        }
    }

    #[test]
    fn output_round_trips_byte_for_byte() {
        for stream in [OutputStream::Stdout, OutputStream::Stderr] {
            let chunk = OutputChunk { stream, bytes: (0..=u8::MAX).collect() };
            assert_eq!(OutputChunk::decode(chunk.encode().unwrap()).unwrap(), chunk);
        }
        assert!(OutputChunk::decode(Bytes::new()).is_err());
        assert!(OutputChunk::decode(Bytes::from_static(b"\x03x")).is_err());
    }

    #[test]
    fn other_input_is_refused() {
        for bytes in ["", "\x00", "\x02\0\x01\0", "\x02\0\x01\0\0", "\x02\0\x01\0\x01\0", "\x03x", "\x04"] {
            assert!(ExecInput::decode(Bytes::from_static(bytes.as_bytes())).is_err(), "{bytes:?}");
        }
    }
}
