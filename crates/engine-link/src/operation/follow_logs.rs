//! Following a container's output.

use async_trait::async_trait;
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineLink, LinkError, LogStart, OutputChunk, OutputFeed, OutputStream};
use serde::{Deserialize, Serialize};

use super::{Exchange, NoInput, Operation, Payload};
use crate::refusal::garbled;

/// Follows one container until it exits.
pub(crate) struct FollowLogs;

/// The container, and where to start.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LogRequest {
    pub(crate) container: ContainerId,
    pub(crate) from: LogStart,
}

#[async_trait]
impl Operation for FollowLogs {
    const NAME: &'static str = "follow_logs";
    const LONGEST_ITEM: usize = 1 << 20;
    const REPEATABLE: bool = true;
    type Request = LogRequest;
    type Input = NoInput;
    type Item = OutputChunk;
    type End = ();
    type Ready = OutputFeed<LinkError>;

    async fn open(link: &dyn EngineLink, request: LogRequest) -> Result<Self::Ready, LinkError> {
        link.follow_logs(&request.container, request.from).await
    }

    async fn run(mut output: Self::Ready, exchange: &mut Exchange<Self>) -> Result<(), LinkError> {
        while let Some(chunk) = output.next().await? {
            exchange.send(&chunk).await?;
        }
        Ok(())
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
            _ => return Err(garbled("an output chunk")),
        };
        Ok(Self { stream, bytes: bytes.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_round_trips_byte_for_byte() {
        for stream in [OutputStream::Stdout, OutputStream::Stderr] {
            let chunk = OutputChunk { stream, bytes: (0..=u8::MAX).collect() };
            assert_eq!(OutputChunk::decode(chunk.encode().unwrap()).unwrap(), chunk);
        }
        assert!(OutputChunk::decode(Bytes::new()).is_err());
        assert!(OutputChunk::decode(Bytes::from_static(b"\x03x")).is_err());
    }
}
