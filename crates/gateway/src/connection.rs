//! One connection of a client.

use std::cell::Cell;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::rt::{Executor, Read, Write};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::{Builder, UpgradeableConnection};
use rustls::ServerConnection;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;

use crate::body::ResponseBody;
use crate::client::Peer;
use crate::head_timer::HeadTimer;
use crate::listen::Listener;
use crate::metrics::Refusal;
use crate::proxy_protocol::read_header;
use crate::request;
use crate::shard::{Registration, Shard};
use crate::wake_limits::ConnectionRefused;

mod direct;
mod rewound;

use direct::{Direct, Unusual};
use rewound::Rewound;

/// How many requests a client may have under way on one connection of HTTP/2.
const STREAMS: u32 = 256;
/// How often a silent connection of HTTP/2 is asked whether it is still there.
const PING: Duration = Duration::from_mins(1);

/// Where requests come from.
pub(crate) struct Visit {
    pub(crate) peer: Peer,
    pub(crate) tls: bool,
    /// The host that the client named at the handshake of TLS.
    pub(crate) named: Option<String>,
    /// Whether a request has come.
    pub(crate) has_asked: Cell<bool>,
}

/// Runs tasks of a connection on its own thread.
#[derive(Clone, Copy)]
struct OwnThread;

impl<F: Future + 'static> Executor<F> for OwnThread {
    fn execute(&self, future: F) {
        // The task ends by itself, and nobody asks what came of it.
        drop(tokio::task::spawn_local(async move {
            future.await;
        }));
    }
}

/// Serves the requests of a client until it or we close the connection.
pub(crate) async fn serve(
    shard: Rc<Shard>,
    listener: Rc<Listener>,
    mut stream: TcpStream,
    mut peer: SocketAddr,
) {
    let gateway = Arc::clone(&shard.gateway);
    let limit = gateway.settings.handshake_timeout;
    if stream.set_nodelay(true).is_err() {
        return;
    }
    if listener.proxy_protocol {
        if !gateway.trusted.contains(peer.ip()) {
            gateway.metrics.refused(Refusal::ProxyProtocol);
            tracing::debug!(%peer, "only trusted proxies may connect where the PROXY protocol is spoken");
            return;
        }
        match read_header(&mut stream, limit).await {
            Ok(header) => peer = header.map_or(peer, |header| header.source),
            Err(error) => {
                gateway.metrics.refused(Refusal::ProxyProtocol);
                tracing::debug!(%error, %peer, "a connection was closed");
                return;
            }
        }
    }
    let admitted = if gateway.trusted.contains(peer.ip()) {
        gateway.connections.admit_proxy()
    } else {
        gateway.connections.admit(peer.ip())
    };
    // Held until the connection ends.
    let _permit = match admitted {
        Ok(permit) => permit,
        Err(error) => {
            gateway.metrics.refused(match error {
                ConnectionRefused::ClientHasMost => Refusal::ClientHasMost,
                ConnectionRefused::MostInTotal => Refusal::MostInTotal,
            });
            tracing::debug!(%error, %peer, "a connection was refused");
            return;
        }
    };
    let _open = gateway.metrics.connected();
    match &listener.tls {
        None => serve_plain(shard, stream, peer).await,
        Some(config) => {
            let handshake = TlsAcceptor::from(Arc::clone(config)).accept(stream);
            match timeout(limit, handshake).await {
                Ok(Ok(stream)) => serve_http(Post::new(shard, peer, Some(stream.get_ref().1)), stream).await,
                Ok(Err(error)) => {
                    gateway.metrics.refused(Refusal::Tls);
                    tracing::debug!(%error, %peer, "a handshake of TLS failed");
                }
                Err(_) => {
                    gateway.metrics.refused(Refusal::Tls);
                    tracing::debug!(%peer, "a handshake of TLS took too long");
                }
            }
        }
    }
}

/// What the connection has to do with the thread that serves it.
struct Post {
    shard: Rc<Shard>,
    visit: Rc<Visit>,
    registration: Registration,
    timer: HeadTimer,
}

impl Post {
    fn new(shard: Rc<Shard>, peer: SocketAddr, tls: Option<&ServerConnection>) -> Self {
        let registration = Registration::new(&shard);
        let timer = HeadTimer {
            base: Instant::now().into_std(),
            tick: Arc::clone(&shard.tick),
            deadline: Arc::clone(registration.deadline()),
        };
        let visit = Rc::new(Visit {
            peer: Peer::new(peer),
            tls: tls.is_some(),
            named: tls.and_then(|tls| tls.server_name()).map(str::to_owned),
            has_asked: Cell::new(false),
        });
        Self { shard, visit, registration, timer }
    }
}

/// Serves a connection in the clear: usual requests directly, and everything else as over TLS.
async fn serve_plain(shard: Rc<Shard>, stream: TcpStream, peer: SocketAddr) {
    let mut post = Post::new(shard, peer, None);
    // In a box, so that its memory is given back when hyper takes over.
    let direct =
        Box::pin(Direct::new(&post.shard, &post.visit, &post.timer, stream).serve(&mut post.registration));
    if let Some(Unusual { stream, first }) = direct.await {
        serve_http(post, Rewound::new(stream, first)).await;
    }
}

async fn serve_http<S>(post: Post, stream: S)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let Post { shard, visit, registration, timer } = post;
    let settings = &shard.gateway.settings;
    // Before the first byte, there is no protocol yet that would look at the time.
    timer.set(settings.head_timeout);
    let mut builder = Builder::new(OwnThread);
    builder
        .http1()
        .timer(timer.clone())
        .header_read_timeout(settings.head_timeout)
        .max_buf_size(settings.max_head.max(8 * 1024));
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(settings.max_head).unwrap_or(u32::MAX))
        .adaptive_window(true)
        .enable_connect_protocol();
    let service = {
        let (shard, visit) = (Rc::clone(&shard), Rc::clone(&visit));
        hyper::service::service_fn(move |request| {
            request::serve(Rc::clone(&shard), Rc::clone(&visit), request)
        })
    };
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    Serving { connection: Box::pin(connection), visit, timer, registration, shard, is_told: false }.await;
}

/// A connection, which ends early if the gateway does.
struct Serving<C> {
    connection: Pin<Box<C>>,
    visit: Rc<Visit>,
    timer: HeadTimer,
    registration: Registration,
    shard: Rc<Shard>,
    is_told: bool,
}

impl<I, S> Future for Serving<UpgradeableConnection<'static, I, S, OwnThread>>
where
    I: Read + Write + Unpin + Send + 'static,
    S: hyper::service::Service<Request<Incoming>, Response = Response<ResponseBody>, Error = Infallible>
        + 'static,
    S::Future: 'static,
{
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        this.registration.arm(cx);
        if this.shard.is_closing() && !this.is_told {
            this.is_told = true;
            this.connection.as_mut().graceful_shutdown();
        }
        if !this.visit.has_asked.get() && this.timer.is_due() {
            return Poll::Ready(());
        }
        // Clients that disappear are no news.
        this.connection.as_mut().poll(cx).map(|_| ())
    }
}
