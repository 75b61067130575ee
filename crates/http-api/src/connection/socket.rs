//! What a connection is made of: a socket, or TLS over one.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use core_monitor_domain::ports::{Clock, within};
use core_monitor_transport::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What TLS keeps of an answer that the client does not read. Left alone it keeps more, and tells too late that it is not read.
const KEPT: usize = 32 << 10;

/// Marks a connection on which this server itself speaks TLS.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OverTls;

/// The two kinds of connections.
pub(crate) enum Socket {
    /// In the clear.
    Plain(TcpStream),
    /// Over TLS.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Socket {
    /// TLS over a connection, if its handshake ends in `time`.
    pub(super) async fn over_tls(
        stream: TcpStream,
        config: Arc<ServerConfig>,
        clock: &dyn Clock,
        time: Duration,
        peer: SocketAddr,
    ) -> io::Result<Self> {
        let handshake =
            TlsAcceptor::from(config).accept_with(stream, |session| session.set_buffer_limit(Some(KEPT)));
        match within(clock, time, handshake).await {
            Some(Ok(stream)) => Ok(Self::Tls(Box::new(stream))),
            Some(Err(error)) => {
                tracing::debug!(%error, %peer, "a handshake of TLS failed");
                Err(error)
            }
            None => {
                tracing::debug!(%peer, "a handshake of TLS took too long");
                Err(io::ErrorKind::TimedOut.into())
            }
        }
    }

    /// Whether it is TLS.
    pub(super) fn is_tls(&self) -> bool {
        matches!(self, Self::Tls(_))
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(task, into),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_read(task, into),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(task, bytes),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_write(task, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(task),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(task),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(task),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(task),
        }
    }
}

#[cfg(test)]
mod tests;
