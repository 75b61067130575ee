//! The stream below the HTTP library.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::web::{Buf as _, BytesMut};
use core_monitor_domain::ports::Clock;
use futures::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::census::Place;
use super::chunks::Chunks;
use super::credit::Credit;
use super::exchange::{Left, Phase};
use super::head::HeadLines;
use super::refusal::{LINGER, Reading, Refusal, too_slow};
use super::{ConnectionLimits, Exchange, Socket};

/// Most bytes of the next requests that are read while the end of the connection is waited for. A client that has sent more is
/// missed only when something is written to it.
const AHEAD: usize = 4 << 10;

/// A stream with deadlines, which gives the library one request at a time.
pub(crate) struct Connection<S> {
    stream: S,
    exchange: Exchange,
    limits: ConnectionLimits,
    clock: Arc<dyn Clock>,
    /// The lines of the head that is arriving.
    head: HeadLines,
    /// The length of the target in the last head, as far as it has arrived.
    target: usize,
    /// Bytes that arrived behind a head.
    ahead: BytesMut,
    alarm: Option<Alarm>,
    /// Whether there was a request yet.
    is_used: bool,
    writing: Writing,
    /// What is written in place of the library's own answer.
    refusal: Option<Refusal>,
    _place: Option<Place>,
}

/// When reading is given up.
struct Alarm {
    why: Why,
    rings: BoxFuture<'static, ()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// No request begins.
    Idle,
    /// A head, or what is left of an answered request, does not end.
    Unfinished,
}

/// The state of an answer.
struct Writing {
    credit: Credit,
    /// Since when the client has not read, and when it is given up.
    stalled: Option<(Duration, BoxFuture<'static, ()>)>,
}

impl<S> Connection<S> {
    pub(super) fn new(
        stream: S,
        limits: ConnectionLimits,
        clock: Arc<dyn Clock>,
        place: Option<Place>,
    ) -> Self {
        Self {
            stream,
            exchange: Exchange::new(),
            limits,
            clock,
            head: HeadLines::default(),
            target: 0,
            ahead: BytesMut::new(),
            alarm: None,
            is_used: false,
            writing: Writing { credit: Credit::new(limits.write), stalled: None },
            refusal: None,
            _place: place,
        }
    }

    /// The same with less time for the head of the first request.
    pub(super) fn with_first_head_in(mut self, time: Duration) -> Self {
        self.alarm = Some(Alarm { why: Why::Unfinished, rings: sleep(&self.clock, time) });
        self
    }

    pub(crate) fn exchange(&self) -> Exchange {
        self.exchange.clone()
    }
}

impl Connection<Socket> {
    /// Whether this server itself speaks TLS on it.
    pub(crate) fn is_tls(&self) -> bool {
        self.stream.is_tls()
    }
}

/// A wait of its own, which keeps the clock.
fn sleep(clock: &Arc<dyn Clock>, duration: Duration) -> BoxFuture<'static, ()> {
    let clock = Arc::clone(clock);
    Box::pin(async move { clock.sleep(duration).await })
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Reads at most `most` bytes, first those that have arrived already.
    fn read(
        &mut self,
        task: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
        most: usize,
    ) -> Poll<io::Result<usize>> {
        let most = most.min(into.remaining());
        if !self.ahead.is_empty() {
            let length = most.min(self.ahead.len());
            into.put_slice(&self.ahead.split_to(length));
            return Poll::Ready(Ok(length));
        }
        let mut part = ReadBuf::new(into.initialize_unfilled_to(most));
        ready!(Pin::new(&mut self.stream).poll_read(task, &mut part))?;
        let length = part.filled().len();
        into.advance(length);
        Poll::Ready(Ok(length))
    }

    fn read_head(&mut self, task: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.writing.stalled.is_some() {
            // What the library writes of itself about this head can be told from an answer only if no answer is left to write.
            return Poll::Pending;
        }
        let before = into.filled().len();
        if self.read(task, into, usize::MAX)?.is_pending() {
            let expected = self.head.has_begun() || !self.is_used;
            return self.give_up(task, if expected { Why::Unfinished } else { Why::Idle });
        }
        let arrived = into.filled_mut().get_mut(before..).unwrap_or_default();
        let end = self.head.read(arrived);
        self.target = self.head.target();
        if let Some(end) = end {
            // What follows is given to the library once it is known to belong to the body.
            let behind = BytesMut::from(arrived.get(end..).unwrap_or_default());
            into.set_filled(before + end);
            self.ahead = join(behind, &self.ahead);
            self.head = HeadLines::default();
            self.alarm = None;
            self.is_used = true;
            self.exchange.set(Phase::Parsing);
        }
        Poll::Ready(Ok(()))
    }

    fn read_body(
        &mut self,
        task: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
        left: Left,
        answered: bool,
    ) -> Poll<io::Result<()>> {
        match left {
            // The next request waits until this one is answered.
            left if left.is_nothing() => return self.watch(task),
            // The end of the connection, for the library.
            Left::Chunked(Chunks::Broken) => return Poll::Ready(Ok(())),
            _ => {}
        }
        let most = match left {
            Left::Sized(left) => usize::try_from(left).unwrap_or(usize::MAX),
            Left::Chunked(_) => usize::MAX,
        };
        let before = into.filled().len();
        let Poll::Ready(read) = self.read(task, into, most)? else {
            return if answered { self.give_up(task, Why::Unfinished) } else { Poll::Pending };
        };
        let left = match left {
            Left::Sized(left) => Left::Sized(left - read as u64),
            Left::Chunked(mut chunks) => {
                let arrived = into.filled_mut().get_mut(before..).unwrap_or_default();
                let end = chunks.read(arrived);
                let behind = BytesMut::from(arrived.get(end..).unwrap_or_default());
                into.set_filled(before + end);
                self.ahead = join(behind, &self.ahead);
                Left::Chunked(chunks)
            }
        };
        let ends = answered && left.is_nothing();
        self.exchange.set(if ends { Phase::Head } else { Phase::Body { left, answered } });
        Poll::Ready(Ok(()))
    }

    /// Waits for the end of the connection, if that ends the answer. Nothing else shows it while nothing is written.
    fn watch(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.exchange.ends_with_client() && self.ahead.len() < AHEAD {
            let mut bytes = [0; 512];
            let mut part = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut self.stream).poll_read(task, &mut part));
            if read.is_err() || part.filled().is_empty() {
                tracing::debug!("the client of a stream is gone");
                // Of this kind whatever the reason is: the library goes on writing after others.
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            self.ahead.extend_from_slice(part.filled());
        }
        Poll::Pending
    }

    /// Ends the connection for the library once the time for `why` is over.
    fn give_up(&mut self, task: &mut Context<'_>, why: Why) -> Poll<io::Result<()>> {
        let (clock, limits) = (&self.clock, &self.limits);
        if self.alarm.as_ref().is_none_or(|alarm| alarm.why != why) {
            let after = match why {
                Why::Idle => limits.idle,
                Why::Unfinished => limits.head,
            };
            self.alarm = Some(Alarm { why, rings: sleep(clock, after) });
        }
        let Some(alarm) = &mut self.alarm else { return Poll::Pending };
        ready!(alarm.rings.as_mut().poll(task));
        self.alarm = None;
        if self.head.has_begun() && self.writing.stalled.is_none() {
            // Nothing else is being written. The client may be gone, which is fine.
            let _ = Pin::new(&mut self.stream).poll_write(task, too_slow().as_bytes());
        }
        tracing::debug!(?why, "closing a connection");
        Poll::Ready(Ok(()))
    }

    /// Whether what is written now is the library's own answer: the application has not got the request, and all earlier ones
    /// have been answered.
    fn is_refused(&self) -> bool {
        match self.exchange.phase() {
            Phase::Parsing => true,
            Phase::Head => self.head.has_begun(),
            Phase::Body { .. } | Phase::Upgraded | Phase::Over => false,
        }
    }

    /// Writes the refusal, and waits until the client has read it.
    fn refuse(&mut self, task: &mut Context<'_>, refusal: &mut Refusal) -> Poll<io::Result<()>> {
        while !refusal.left.is_empty() {
            let written = ready!(self.write(task, &refusal.left))?;
            refusal.left.advance(written);
        }
        loop {
            match &mut refusal.reading {
                Reading::Unfinished => {
                    ready!(Pin::new(&mut self.stream).poll_shutdown(task))?;
                    refusal.reading = Reading::Begun(sleep(&self.clock, LINGER));
                }
                Reading::Begun(over) => {
                    if over.as_mut().poll(task).is_ready() || ready!(has_ended(&mut self.stream, task)) {
                        refusal.reading = Reading::Over;
                    }
                }
                Reading::Over => return Poll::Ready(Ok(())),
            }
        }
    }

    fn write(&mut self, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(task, bytes);
        self.limit(task, written)
    }

    /// What became of writing, unless the client has not read for too long.
    fn limit(&mut self, task: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let (writing, clock) = (&mut self.writing, &self.clock);
        let Poll::Ready(written) = written else {
            let credit = writing.credit.left();
            let (_, gives_up) =
                writing.stalled.get_or_insert_with(|| (clock.elapsed(), sleep(clock, credit)));
            ready!(gives_up.as_mut().poll(task));
            tracing::info!("closing a connection that does not read its answer");
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        };
        let bytes = written?;
        let mut waited = Duration::ZERO;
        if let Some((since, _)) = writing.stalled.take() {
            waited = clock.elapsed().saturating_sub(since);
            // The next head was put off.
            self.exchange.wake_reader();
        }
        writing.credit.moved(waited, bytes);
        Poll::Ready(Ok(bytes))
    }
}

/// Reads something that nobody wants. Returns whether nothing more comes.
fn has_ended(stream: &mut (impl AsyncRead + Unpin), task: &mut Context<'_>) -> Poll<bool> {
    let mut bytes = [0; 4 << 10];
    let mut part = ReadBuf::new(&mut bytes);
    let read = ready!(Pin::new(stream).poll_read(task, &mut part));
    Poll::Ready(read.is_err() || part.filled().is_empty())
}

fn join(mut first: BytesMut, second: &[u8]) -> BytesMut {
    first.extend_from_slice(second);
    first
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        task: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.exchange.is_read_by(task);
        match this.exchange.phase() {
            Phase::Head => this.read_head(task, into),
            // The next request waits until this one is answered.
            Phase::Parsing => Poll::Pending,
            Phase::Body { left, answered } => this.read_body(task, into, left, answered),
            // Its limits are those of who speaks it.
            Phase::Upgraded => this.read(task, into, usize::MAX).map_ok(|_| ()),
            // The end of the connection, for the library.
            Phase::Over => Poll::Ready(Ok(())),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.refusal.is_none() && this.is_refused() {
            this.refusal = Refusal::instead_of(bytes, this.target);
        }
        let Some(mut refusal) = this.refusal.take() else { return this.write(task, bytes) };
        let refused = this.refuse(task, &mut refusal);
        this.refusal = Some(refusal);
        ready!(refused)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(task);
        if flushed.is_ready() && this.writing.stalled.is_none() {
            return flushed;
        }
        // What TLS has taken waits here for a client that does not read.
        this.limit(task, flushed.map_ok(|()| 0)).map_ok(|_| ())
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(task)
    }
}

#[cfg(test)]
mod tests;
