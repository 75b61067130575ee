//! Connections to an engine over TLS, for the one pool that all requests share.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use core_monitor_transport::ClientConfig;
use hyper::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;
use tower_service::Service;

/// Opens connections.
#[derive(Debug, Clone)]
pub(crate) struct EngineConnector(pub(crate) Arc<ClientConfig>);

/// A connection.
pub(crate) struct EngineStream(TokioIo<TlsStream<TcpStream>>);

impl Service<Uri> for EngineConnector {
    type Response = EngineStream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<EngineStream>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, engine: Uri) -> Self::Future {
        let connector = TlsConnector::from(Arc::clone(&self.0));
        Box::pin(async move {
            let host = engine.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
            let stream = TcpStream::connect((host.as_str(), engine.port_u16().unwrap_or(2376))).await?;
            stream.set_nodelay(true)?;
            let name = ServerName::try_from(host).map_err(io::Error::other)?;
            Ok(EngineStream(TokioIo::new(connector.connect(name, stream).await?)))
        })
    }
}

impl Connection for EngineStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for EngineStream {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(task, into)
    }
}

impl Write for EngineStream {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write(task, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(task)
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(task)
    }
}
