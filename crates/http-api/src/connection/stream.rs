//! The stream below the HTTP library.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::web::BytesMut;
use core_monitor_domain::ports::Clock;
use futures::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::census::Place;
use super::chunks::Chunks;
use super::credit::Credit;
use super::exchange::{Left, Phase};
use super::head::HeadLines;
use super::{ConnectionLimits, Exchange};

/// The answer to a head that took too long.
const TOO_SLOW: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A stream with deadlines, which gives the library one request at a time.
pub(crate) struct Connection<S> {
    stream: S,
    exchange: Exchange,
    limits: ConnectionLimits,
    clock: Arc<dyn Clock>,
    /// The lines of the head that is arriving.
    head: HeadLines,
    /// Bytes that arrived behind a head.
    ahead: BytesMut,
    alarm: Option<Alarm>,
    /// Whether there was a request yet.
    is_used: bool,
    writing: Writing,
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
            ahead: BytesMut::new(),
            alarm: None,
            is_used: false,
            writing: Writing { credit: Credit::new(limits.write), stalled: None },
            _place: place,
        }
    }

    pub(crate) fn exchange(&self) -> Exchange {
        self.exchange.clone()
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
        let before = into.filled().len();
        if self.read(task, into, usize::MAX)?.is_pending() {
            let expected = self.head.has_begun() || !self.is_used;
            return self.give_up(task, if expected { Why::Unfinished } else { Why::Idle });
        }
        let arrived = into.filled_mut().get_mut(before..).unwrap_or_default();
        if let Some(end) = self.head.read(arrived) {
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
            left if left.is_nothing() => return Poll::Pending,
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
            let _ = Pin::new(&mut self.stream).poll_write(task, TOO_SLOW);
        }
        tracing::debug!(?why, "closing a connection");
        Poll::Ready(Ok(()))
    }
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
        let written = Pin::new(&mut this.stream).poll_write(task, bytes);
        let (writing, clock) = (&mut this.writing, &this.clock);
        let Poll::Ready(written) = written else {
            let credit = writing.credit.left();
            let (_, gives_up) =
                writing.stalled.get_or_insert_with(|| (clock.elapsed(), sleep(clock, credit)));
            ready!(gives_up.as_mut().poll(task));
            tracing::info!("closing a connection that does not read its answer");
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        };
        let bytes = written?;
        let waited =
            writing.stalled.take().map_or(Duration::ZERO, |(since, _)| clock.elapsed().saturating_sub(since));
        writing.credit.moved(waited, bytes);
        Poll::Ready(Ok(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(task)
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(task)
    }
}

#[cfg(test)]
mod tests;
