//! Connections to services.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use core_monitor_application::gateway::Life;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::body::RequestBody;
use crate::shard::Shard;

mod pool;

pub(crate) use pool::Pools;

/// How much is read of an answer at once, and how long the head of one may be.
const BUFFER: usize = 256 * 1024;

/// An open connection to a service, and the program of its protocol. Nothing runs it but whoever has it, so that a request and its
/// answer pass through one task.
pub(crate) struct Link {
    pub(crate) sender: SendRequest<RequestBody>,
    connection: Connection<TokioIo<TcpStream>, RequestBody>,
    /// The life of the service that it belongs to.
    start: u64,
    /// Which of the addresses of the life.
    upstream: usize,
    /// It has carried a request, and may have been closed since.
    pub(crate) is_used: bool,
    /// The tick at which it became idle.
    idle_since: u64,
    has_ended: bool,
    alarm: Arc<Alarm>,
    waker: Waker,
}

/// Wakes the task that drives a connection.
struct Alarm {
    task: Mutex<Waker>,
    is_off: AtomicBool,
}

impl Alarm {
    fn set(&self, waker: &Waker) {
        self.task.lock().unwrap_or_else(PoisonError::into_inner).clone_from(waker);
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_off.load(Ordering::Relaxed) {
            self.task.lock().unwrap_or_else(PoisonError::into_inner).wake_by_ref();
        }
    }
}

impl Link {
    /// Goes on with what it does; ready if it has ended, and whatever there was of an answer can be read.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.has_ended {
            self.alarm.set(cx.waker());
            // What went wrong is told to whoever waits for an answer.
            let polled = Pin::new(&mut self.connection).poll(&mut Context::from_waker(&self.waker));
            self.has_ended = polled.is_ready();
        }
        if self.has_ended { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Does something that tells the connection to go on, by a task that drives it afterwards anyway and need not be woken for it.
    pub(crate) fn quietly<T>(&self, ask: impl FnOnce() -> T) -> T {
        self.alarm.is_off.store(true, Ordering::Relaxed);
        let answer = ask();
        self.alarm.is_off.store(false, Ordering::Relaxed);
        answer
    }

    /// Whether it could carry another request now.
    pub(crate) fn is_ready(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop())).is_pending() && self.sender.is_ready()
    }
}

/// Opens a connection to one of the addresses of a life, the given one first.
/// When and how often the system asks whether the other side of a silent connection is still there.
const KEEP_ALIVE: TcpKeepalive = TcpKeepalive::new()
    .with_time(Duration::from_secs(5))
    .with_interval(Duration::from_secs(2))
    .with_retries(3);

pub(crate) async fn connect(life: &Life, first: usize, limit: Duration) -> io::Result<(TcpStream, usize)> {
    let count = life.upstreams.len();
    let mut error = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for index in (0..count).map(|step| (first + step) % count) {
        match connect_to(life.upstreams[index], limit).await {
            Ok(stream) => return Ok((stream, index)),
            Err(failed) => error = failed,
        }
    }
    Err(error)
}

async fn connect_to(address: SocketAddr, limit: Duration) -> io::Result<TcpStream> {
    let stream = timeout(limit, TcpStream::connect(address)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    stream.set_nodelay(true)?;
    // A container that is stopped takes its network along, and the end of the connection may be lost with it. Nobody answers for its
    // address then, which the system finds out by asking.
    SockRef::from(&stream).set_tcp_keepalive(&KEEP_ALIVE)?;
    Ok(stream)
}

/// A connection to a life of a service that carries nothing yet: an idle one, or a new one.
pub(crate) async fn link(shard: &Rc<Shard>, life: &Arc<Life>) -> io::Result<Box<Link>> {
    match shard.pools.take(life) {
        Ok(link) => Ok(link),
        Err(first) => new_link(shard, life, first).await,
    }
}

/// A new connection.
pub(crate) async fn new_link(shard: &Shard, life: &Life, first: usize) -> io::Result<Box<Link>> {
    let (stream, upstream) = connect(life, first, shard.gateway.settings.connect_timeout).await?;
    let handshake = Builder::new().max_buf_size(BUFFER).handshake(TokioIo::new(stream)).await;
    let (sender, connection) = handshake.map_err(io::Error::other)?;
    let alarm = Arc::new(Alarm { task: Mutex::new(Waker::noop().clone()), is_off: AtomicBool::new(false) });
    Ok(Box::new(Link {
        sender,
        connection,
        start: life.start,
        upstream,
        is_used: false,
        idle_since: 0,
        has_ended: false,
        waker: Waker::from(Arc::clone(&alarm)),
        alarm,
    }))
}
