//! Connections to services.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::BytesMut;
use core_monitor_application::gateway::Life;
use http::{Request, StatusCode};
use socket2::{SockRef, TcpKeepalive};
use thiserror::Error;
use tokio::io::{AsyncRead as _, AsyncReadExt as _, AsyncWrite as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::timeout;

use crate::body::RequestBody;
use crate::shard::{Scratch, Shard};

pub(crate) mod answer_head;
mod chunks;
pub(crate) mod decoder;
pub(crate) mod fields;
mod pool;
pub(crate) mod request_head;
mod stream;
#[cfg(test)]
mod tests;

use answer_head::{AnswerFlaw, AnswerHead};
pub(crate) use pool::Pools;
use request_head::Outgoing;
use stream::Stream;

/// How much is read of a large answer at once.
const MOST_READ: usize = 256 * 1024;
/// With less room than this, a buffer is replaced.
const LEAST_ROOM: usize = 4 * 1024;
/// How many interim answers one request may get.
const INTERIM: usize = 32;

/// Why a service has not answered a request.
#[derive(Debug, Error)]
pub(crate) enum Broken {
    /// It may have got the request.
    #[error("the service closed the connection before it answered")]
    Closed,
    /// It may have got the request.
    #[error("the connection to the service broke")]
    Connection(#[source] io::Error),
    /// It has answered with something else than HTTP.
    #[error("the answer of the service cannot be used: {0}")]
    Answer(AnswerFlaw),
    /// It is the client's fault.
    #[error("the body of the request is malformed, or broke off")]
    RequestBody(#[source] hyper::Error),
}

/// An open connection to a service. Nothing runs it but whoever has it, so that a request and its answer pass through one task.
pub(crate) struct Link {
    stream: Stream,
    /// What has come in and was not read yet.
    pub(crate) incoming: BytesMut,
    outgoing: Vec<u8>,
    /// How much is read at once; nothing as long as what comes in is small.
    room: usize,
    /// The life of the service that it belongs to.
    start: u64,
    /// Which of the addresses of the life.
    upstream: usize,
    /// It has carried a request, and may have been closed since.
    pub(crate) is_used: bool,
    /// Something of an answer has come in, so that the request was read.
    pub(crate) is_answered: bool,
    /// The tick at which it became idle.
    idle_since: u64,
}

impl Link {
    fn new(stream: TcpStream, life: &Life, upstream: usize) -> Box<Self> {
        Box::new(Self {
            stream: Stream::Whole(stream),
            incoming: BytesMut::new(),
            outgoing: Vec::new(),
            room: 0,
            start: life.start,
            upstream,
            is_used: false,
            is_answered: false,
            idle_since: 0,
        })
    }

    /// Sends the head of a request, and says how its body has to follow. An error says whether nothing was sent.
    pub(crate) async fn send(&mut self, request: &Request<RequestBody>) -> Result<Outgoing, (Broken, bool)> {
        self.is_answered = false;
        self.outgoing.clear();
        let how = request_head::write(&mut self.outgoing, request);
        let mut sent = 0;
        let Self { stream, outgoing, .. } = self;
        let Stream::Whole(stream) = stream else { return Err((Broken::Closed, false)) };
        let written = poll_fn(|cx| {
            while sent < outgoing.len() {
                let count = ready!(Pin::new(&mut *stream).poll_write(cx, &outgoing[sent..]))?;
                if count == 0 {
                    return Poll::Ready(Err(io::Error::from(io::ErrorKind::WriteZero)));
                }
                sent += count;
            }
            Poll::Ready(Ok(()))
        });
        match written.await {
            Ok(()) => Ok(how),
            Err(error) => Err((Broken::Connection(error), sent == 0)),
        }
    }

    /// Reads the head of the answer. Interim answers are skipped, except the one that changes the protocol.
    pub(crate) async fn answer(&mut self, scratch: &Scratch, to_head: bool) -> Result<AnswerHead, Broken> {
        let mut interim = 0;
        let mut looked_at = 0;
        loop {
            // A head that comes in pieces is only looked at again when a line of it has come.
            if self.incoming[looked_at..].contains(&b'\n') || self.incoming.len() >= answer_head::LONGEST {
                match answer_head::take(&mut self.incoming, to_head).map_err(Broken::Answer)? {
                    Some(head)
                        if head.status.is_informational()
                            && head.status != StatusCode::SWITCHING_PROTOCOLS =>
                    {
                        interim += 1;
                        looked_at = 0;
                        if interim > INTERIM {
                            return Err(Broken::Answer(AnswerFlaw::TooManyInterim));
                        }
                        continue;
                    }
                    Some(head) => return Ok(head),
                    None => looked_at = self.incoming.len(),
                }
            }
            let count = poll_fn(|cx| self.poll_fill(scratch, cx)).await.map_err(Broken::Connection)?;
            self.is_answered |= count > 0;
            if count == 0 {
                return Err(Broken::Closed);
            }
        }
    }

    /// Reads what there is; nothing at the end.
    ///
    /// Most answers are small and go by way of a buffer that is used for all of them, so that a connection has none of its own while
    /// it is idle. What fills that buffer is the beginning of a large one, the rest of which is not copied.
    pub(crate) fn poll_fill(&mut self, scratch: &Scratch, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.room == 0 {
            let scratch = &mut *scratch.borrow_mut();
            let mut buffer = ReadBuf::new(scratch);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
            let read = buffer.filled();
            if buffer.remaining() == 0 {
                self.room = MOST_READ;
            }
            if self.incoming.is_empty() {
                self.incoming = BytesMut::from(read);
            } else {
                self.incoming.extend_from_slice(read);
            }
            return Poll::Ready(Ok(read.len()));
        }
        if self.incoming.capacity() - self.incoming.len() < LEAST_ROOM {
            self.incoming.reserve(self.room);
        }
        pin!(self.stream.read_buf(&mut self.incoming)).poll(cx)
    }

    /// Keeps no more memory than an idle connection is worth.
    fn shrink(&mut self) {
        self.room = 0;
        self.incoming = BytesMut::new();
    }

    /// The half over which a body is sent.
    pub(crate) fn split(mut self: Box<Self>) -> (Box<Self>, Option<OwnedWriteHalf>) {
        let Self { stream, .. } = *self;
        let half = match stream {
            Stream::Whole(whole) => {
                let (read, write) = whole.into_split();
                self.stream = Stream::Half(read);
                Some(write)
            }
            half @ Stream::Half(_) => {
                self.stream = half;
                None
            }
        };
        (self, half)
    }

    /// The same in reverse.
    pub(crate) fn join(mut self: Box<Self>, half: OwnedWriteHalf) -> Option<Box<Self>> {
        let Self { stream, .. } = *self;
        self.stream = stream.join(half)?;
        Some(self)
    }

    /// The connection, when it changes its protocol.
    pub(crate) fn into_stream(self) -> Option<(TcpStream, BytesMut)> {
        let Self { stream, incoming, .. } = self;
        match stream {
            Stream::Whole(stream) => Some((stream, incoming)),
            Stream::Half(_) => None,
        }
    }

    /// Whether it could carry another request, as far as is known without asking the system: it is whole, nothing has come that
    /// nobody asked for, and its end has not come either.
    fn is_ready(&mut self, scratch: &Scratch) -> bool {
        let is_whole = matches!(self.stream, Stream::Whole(_));
        is_whole
            && self.incoming.is_empty()
            && self.poll_fill(scratch, &mut Context::from_waker(Waker::noop())).is_pending()
    }

    /// The same, and the system is asked. A request that must not be sent twice had better not meet a closed connection.
    pub(crate) fn is_alive(&self) -> bool {
        let Stream::Whole(stream) = &self.stream else { return false };
        let mut byte = [std::mem::MaybeUninit::uninit()];
        let peeked = SockRef::from(stream).peek(&mut byte);
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }
}

/// When and how often the system asks whether the other side of a silent connection is still there.
const KEEP_ALIVE: TcpKeepalive = TcpKeepalive::new()
    .with_time(Duration::from_secs(5))
    .with_interval(Duration::from_secs(2))
    .with_retries(3);

/// How often it is seen whether a life has ended while a connection is made to it: the address of a container that is gone answers
/// nothing, for seconds.
const GLANCE: Duration = Duration::from_millis(50);

/// Opens a connection to one of the addresses of a life, the given one first.
async fn connect(life: &Life, first: usize, limit: Duration) -> io::Result<(TcpStream, usize)> {
    let count = life.upstreams.len();
    let mut error = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for index in (0..count).map(|step| (first + step) % count) {
        match connect_to(life, life.upstreams[index], limit).await {
            Ok(stream) => return Ok((stream, index)),
            Err(failed) => error = failed,
        }
    }
    Err(error)
}

async fn connect_to(life: &Life, address: SocketAddr, limit: Duration) -> io::Result<TcpStream> {
    let mut connecting = pin!(TcpStream::connect(address));
    let mut waited = Duration::ZERO;
    let stream = loop {
        match timeout(GLANCE, &mut connecting).await {
            Ok(connected) => break connected?,
            // Nothing was sent: whoever waits is better off with the next life.
            Err(_) if life.is_over() => return Err(io::ErrorKind::ConnectionAborted.into()),
            Err(_) if waited >= limit => return Err(io::ErrorKind::TimedOut.into()),
            Err(_) => waited += GLANCE,
        }
    };
    stream.set_nodelay(true)?;
    // A container that is stopped takes its network along, and the end of the connection may be lost with it. Nobody answers for its
    // address then, which the system finds out by asking.
    SockRef::from(&stream).set_tcp_keepalive(&KEEP_ALIVE)?;
    Ok(stream)
}

/// A connection to a life of a service that carries nothing yet: an idle one, or a new one.
pub(crate) async fn link(shard: &Rc<Shard>, life: &Arc<Life>) -> io::Result<Box<Link>> {
    match shard.pools.take(&shard.scratch, life) {
        Ok(link) => Ok(link),
        Err(first) => new_link(shard, life, first).await,
    }
}

/// A new connection.
pub(crate) async fn new_link(shard: &Shard, life: &Life, first: usize) -> io::Result<Box<Link>> {
    let (stream, upstream) = connect(life, first, shard.gateway.settings.connect_timeout).await?;
    Ok(Link::new(stream, life, upstream))
}
