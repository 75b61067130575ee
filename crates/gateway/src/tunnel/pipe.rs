//! One direction of a tunnel.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite};

use super::read_some;
use crate::websocket::Frames;

/// How often in a row it reads before others get a turn.
const TURNS: usize = 16;

/// One direction of a tunnel.
pub(super) struct Pipe {
    /// What was read and not written yet.
    left: Vec<u8>,
    written: usize,
    frames: Option<Frames>,
    bytes: u64,
    stage: Stage,
    /// Something was sent since it was last asked, and something that is not only a sign of life.
    has_moved: bool,
    has_data: bool,
    is_flushed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Open,
    /// Nothing more comes in; the other end does not know it yet.
    Ending,
    Ended,
}

impl Pipe {
    /// One that begins with what has been read already.
    pub(super) fn new(is_websocket: bool, first: &[u8]) -> Self {
        let mut this = Self {
            left: first.to_vec(),
            written: 0,
            frames: is_websocket.then(Frames::default),
            bytes: 0,
            stage: Stage::Open,
            has_moved: false,
            has_data: false,
            is_flushed: true,
        };
        if !first.is_empty() {
            this.note(first);
        }
        this
    }

    /// Passes on what there is. Ready when nothing more comes; the other direction may go on.
    pub(super) fn poll(
        &mut self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
        scratch: &mut [u8],
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        for _ in 0..TURNS {
            ready!(self.write_left(to, cx))?;
            if self.stage != Stage::Open {
                return self.poll_end(to, cx);
            }
            let count = match read_some(from, scratch, cx)? {
                Poll::Ready(count) => count,
                Poll::Pending => {
                    ready!(self.flush(to, cx))?;
                    return Poll::Pending;
                }
            };
            if count == 0 {
                self.stage = Stage::Ending;
                continue;
            }
            let read = &scratch[..count];
            self.note(read);
            let written = match Pin::new(&mut *to).poll_write(cx, read)? {
                Poll::Ready(written) => written,
                Poll::Pending => 0,
            };
            self.is_flushed = false;
            self.left.extend_from_slice(&read[written..]);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn note(&mut self, read: &[u8]) {
        self.bytes += read.len() as u64;
        self.has_moved = true;
        self.has_data |= self.frames.as_mut().is_none_or(|frames| frames.pass(read));
    }

    fn write_left(
        &mut self,
        to: &mut (impl AsyncWrite + Unpin),
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while self.written < self.left.len() {
            let count = ready!(Pin::new(&mut *to).poll_write(cx, &self.left[self.written..]))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
        }
        if !self.left.is_empty() {
            // A tunnel that is silent again keeps nothing.
            self.left = Vec::new();
            self.written = 0;
        }
        Poll::Ready(Ok(()))
    }

    fn flush(&mut self, to: &mut (impl AsyncWrite + Unpin), cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_flushed {
            ready!(Pin::new(to).poll_flush(cx))?;
            self.is_flushed = true;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_end(&mut self, to: &mut (impl AsyncWrite + Unpin), cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.stage == Stage::Ending {
            ready!(Pin::new(to).poll_shutdown(cx))?;
            self.stage = Stage::Ended;
        }
        Poll::Ready(Ok(()))
    }

    /// Whether something was sent since this was last asked; pings and pongs do not count if it is strict.
    pub(super) fn take_moved(&mut self, is_strict: bool) -> bool {
        let (moved, data) = (std::mem::take(&mut self.has_moved), std::mem::take(&mut self.has_data));
        if is_strict { data } else { moved }
    }

    /// How many bytes went through.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether a frame of our own could be put behind what was sent.
    pub(super) fn can_take_a_frame(&self) -> bool {
        let is_between =
            self.frames.as_ref().is_some_and(|frames| frames.is_between() && !frames.has_closed());
        is_between && self.left.is_empty() && self.stage != Stage::Ended
    }

    /// Whether the frame that ends a WebSocket has gone through.
    pub(super) fn has_closed(&self) -> bool {
        self.frames.as_ref().is_some_and(Frames::has_closed)
    }
}
