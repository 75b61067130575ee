//! The socket below the streams.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::{Mux, Queues, Violation};
use crate::frame::{Frame, FrameError};

/// Size of a read, and maximum size of a write.
const PIECE: usize = 64 << 10;

/// Why a connection has ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    #[error("it closed the connection")]
    Ended,
    #[error("it closed the connection in the middle of a frame")]
    HalfFrame,
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(transparent)]
    Violation(#[from] Violation),
    #[error("the connection broke: {0}")]
    Socket(#[from] io::Error),
    #[error("this side closed the connection")]
    Closed,
}

/// Transfers frames in both directions until the connection ends, then ends all streams. `take` handles received
/// frames.
pub(crate) async fn run(
    mux: &Mux,
    queues: Queues,
    reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin,
    take: impl FnMut(Frame) -> Result<(), Violation>,
) -> Broken {
    let broken = tokio::select! {
        broken = read(reader, take) => broken,
        error = write(writer, queues) => error.map_or_else(Broken::Socket, |()| Broken::Closed),
        () = mux.closed().cancelled() => Broken::Closed,
    };
    mux.close(broken.to_string());
    broken
}

async fn read(
    mut reader: impl AsyncRead + Unpin,
    mut take: impl FnMut(Frame) -> Result<(), Violation>,
) -> Broken {
    let mut buffer = BytesMut::with_capacity(PIECE);
    loop {
        loop {
            match Frame::decode(&mut buffer) {
                Ok(Some(frame)) => {
                    if let Err(violation) = take(frame) {
                        return violation.into();
                    }
                }
                Ok(None) => break,
                Err(error) => return error.into(),
            }
        }
        match reader.read_buf(&mut buffer).await {
            Ok(0) if buffer.is_empty() => return Broken::Ended,
            Ok(0) => return Broken::HalfFrame,
            Ok(_) => {}
            Err(error) => return error.into(),
        }
    }
}

/// Returns when there are no senders left.
async fn write(mut writer: impl AsyncWrite + Unpin, mut queues: Queues) -> io::Result<()> {
    let mut buffer = BytesMut::new();
    while let Some(frame) = queues.next().await {
        frame.encode(&mut buffer);
        while buffer.len() < PIECE
            && let Some(frame) = queues.waiting()
        {
            frame.encode(&mut buffer);
        }
        writer.write_all_buf(&mut buffer).await?;
    }
    Ok(())
}

impl Queues {
    async fn next(&mut self) -> Option<Frame> {
        tokio::select! {
            biased;
            Some(frame) = self.urgent.recv() => Some(frame),
            Some(frame) = self.ordered.recv() => Some(frame),
            else => None,
        }
    }

    fn waiting(&mut self) -> Option<Frame> {
        self.urgent.try_recv().or_else(|_| self.ordered.try_recv()).ok()
    }
}
