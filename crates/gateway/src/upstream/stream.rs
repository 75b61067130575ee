//! The side of a connection from which an answer is read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// A connection, or the half of it that is left while a body is sent over the other one.
pub(crate) enum Stream {
    Whole(TcpStream),
    Half(OwnedReadHalf),
}

impl Stream {
    /// Both directions in one, when the other half has come back.
    pub(crate) fn join(self, half: OwnedWriteHalf) -> Option<Self> {
        match self {
            Self::Whole(_) => None,
            Self::Half(read) => read.reunite(half).ok().map(Self::Whole),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Whole(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Half(half) => Pin::new(half).poll_read(cx, buf),
        }
    }
}
