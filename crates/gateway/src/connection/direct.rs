//! A connection in the clear, as long as its requests are usual ones.
//!
//! Nearly every request of HTTP/1.1 is read, carried and answered here, by one task and without a buffer that outlives it. The first
//! one that is not usual ends that: the connection goes to hyper, with everything that was read of it and not answered.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use http::{Method, Response};
use hyper::body::{Body as _, Frame};
use tokio::io::{AsyncRead as _, AsyncWrite as _, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;

use super::Visit;
use crate::body::{BodyError, ResponseBody};
use crate::head_timer::HeadTimer;
use crate::request::{respond, unfold};
use crate::shard::{Registration, Shard};

mod reply;
mod usual;

use reply::{About, Shape};
use usual::{Looked, Usual, look};

/// How many bytes of further requests are read while one is answered. They only show whether the client is still there.
const AHEAD: usize = 16 * 1024;
/// The end of a chunk that is followed by the last one.
const END: &[u8] = b"\r\n0\r\n\r\n";

/// A client that asks for something unusual.
pub(super) struct Unusual {
    pub(super) stream: TcpStream,
    /// What was read and not answered.
    pub(super) first: Bytes,
}

/// A connection.
pub(super) struct Direct<'a> {
    pub(super) shard: &'a Rc<Shard>,
    pub(super) visit: &'a Visit,
    pub(super) timer: &'a HeadTimer,
    pub(super) stream: TcpStream,
    /// What was read and not answered.
    incoming: BytesMut,
    /// What of it has been looked at in vain.
    looked_at: usize,
    out: Vec<u8>,
}

/// What comes next from a client.
enum Next {
    Usual(Usual),
    Unusual,
    Nothing,
}

/// What comes next of an answer.
enum Part {
    Frame(Option<Result<Frame<Bytes>, BodyError>>),
    /// Nothing for now, and what there was can be sent.
    Later,
    /// Nobody wants it.
    Unwanted,
}

impl<'a> Direct<'a> {
    pub(super) fn new(
        shard: &'a Rc<Shard>,
        visit: &'a Visit,
        timer: &'a HeadTimer,
        stream: TcpStream,
    ) -> Self {
        Self { shard, visit, timer, stream, incoming: BytesMut::new(), looked_at: 0, out: Vec::new() }
    }

    /// Answers usual requests until the connection ends, or until there is an unusual one.
    pub(super) async fn serve(mut self, registration: &mut Registration) -> Option<Unusual> {
        loop {
            self.timer.set(self.shard.gateway.settings.head_timeout);
            let next = poll_fn(|cx| {
                registration.arm(cx);
                self.poll_next(cx)
            });
            let Usual { request, is_last, .. } = match next.await {
                Next::Usual(usual) => usual,
                Next::Unusual => {
                    return Some(Unusual { stream: self.stream, first: self.incoming.freeze() });
                }
                Next::Nothing => return None,
            };
            self.timer.clear();
            self.visit.has_asked.set(true);
            let to_head = *request.method() == Method::HEAD;
            let (shard, visit) = (self.shard, self.visit);
            let answer = self.unless_gone(respond(shard, visit, request, None)).await?;
            let goes_on = self.reply(answer, to_head, is_last).await;
            if !matches!(goes_on, Ok(true)) {
                // What was sent of an answer that broke off has been sent; that it is not whole shows by where it ends.
                let _ = self.stream.shutdown().await;
                return None;
            }
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        let gateway = &self.shard.gateway;
        let (max_head, own) = (gateway.settings.max_head, &gateway.own_paths);
        loop {
            if self.incoming[self.looked_at..].contains(&b'\n') || self.incoming.len() >= max_head {
                match look(&self.incoming, max_head, own) {
                    Looked::Usual(usual) => {
                        self.incoming.advance(usual.length);
                        self.looked_at = 0;
                        return Poll::Ready(Next::Usual(usual));
                    }
                    Looked::Unusual => return Poll::Ready(Next::Unusual),
                    Looked::Part => self.looked_at = self.incoming.len(),
                }
            }
            if self.timer.is_due() || (self.shard.is_closing() && self.incoming.is_empty()) {
                return Poll::Ready(Next::Nothing);
            }
            let scratch = &mut *self.shard.scratch.borrow_mut();
            let Ok(read @ [_, ..]) = ready!(read(&mut self.stream, scratch, cx)) else {
                return Poll::Ready(Next::Nothing);
            };
            if self.incoming.is_empty() {
                // Most requests come alone and whole, and leave nothing behind.
                let looked = look(read, max_head, own);
                let used = if let Looked::Usual(usual) = &looked { usual.length } else { 0 };
                if used < read.len() {
                    self.incoming.extend_from_slice(&read[used..]);
                } else {
                    self.incoming = BytesMut::new();
                }
                match looked {
                    Looked::Usual(usual) => return Poll::Ready(Next::Usual(usual)),
                    Looked::Unusual => return Poll::Ready(Next::Unusual),
                    Looked::Part => self.looked_at = self.incoming.len(),
                }
            } else {
                self.incoming.extend_from_slice(read);
            }
        }
    }

    /// Waits for something, and no longer than the client does.
    async fn unless_gone<T>(&mut self, what: impl Future<Output = T>) -> Option<T> {
        let mut what = pin!(what);
        poll_fn(|cx| {
            if let Poll::Ready(what) = what.as_mut().poll(cx) {
                return Poll::Ready(Some(what));
            }
            self.poll_gone(cx).map(|()| None)
        })
        .await
    }

    /// Ready when the client has closed the connection.
    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.incoming.len() < AHEAD {
            let scratch = &mut *self.shard.scratch.borrow_mut();
            match ready!(read(&mut self.stream, scratch, cx)) {
                Ok(read @ [_, ..]) => self.incoming.extend_from_slice(read),
                _ => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }

    /// Sends an answer; whether the connection goes on.
    async fn reply(
        &mut self,
        mut answer: Response<ResponseBody>,
        to_head: bool,
        is_last: bool,
    ) -> io::Result<bool> {
        if answer.body().fields().is_some_and(|fields| !fields.is_plain()) {
            unfold(&mut answer);
        }
        let (parts, body) = answer.into_parts();
        let mut body = pin!(body);
        let is_last = is_last || self.shard.is_closing();
        self.out.clear();
        let now = self.shard.date();
        let about = About { body: &body, to_head, is_last, date: &now };
        let (shape, is_last) = reply::write(&mut self.out, &parts, &about);
        if shape == Shape::Nothing {
            self.send(&[]).await?;
            return Ok(!is_last);
        }
        let mut is_ended = false;
        while !body.is_end_stream() {
            match poll_fn(|cx| self.poll_part(body.as_mut(), cx)).await {
                Part::Later => self.send(&[]).await?,
                Part::Frame(Some(Ok(frame))) => {
                    let Ok(data) = frame.into_data() else { continue };
                    is_ended = !data.is_empty() && body.is_end_stream();
                    self.send_data(&data, shape, is_ended).await?;
                }
                Part::Frame(None) => break,
                Part::Frame(Some(Err(_))) => {
                    self.send(&[]).await?;
                    return Ok(false);
                }
                Part::Unwanted => return Ok(false),
            }
        }
        if shape == Shape::Chunks && !is_ended {
            self.out.extend_from_slice(&END[2..]);
        }
        self.send(&[]).await?;
        Ok(!is_last)
    }

    fn poll_part(&mut self, body: Pin<&mut ResponseBody>, cx: &mut Context<'_>) -> Poll<Part> {
        match body.poll_frame(cx) {
            Poll::Ready(frame) => Poll::Ready(Part::Frame(frame)),
            Poll::Pending if !self.out.is_empty() => Poll::Ready(Part::Later),
            Poll::Pending => self.poll_gone(cx).map(|()| Part::Unwanted),
        }
    }

    async fn send_data(&mut self, data: &[u8], shape: Shape, is_end: bool) -> io::Result<()> {
        if shape != Shape::Chunks {
            return self.send(&[data]).await;
        }
        if data.is_empty() {
            // An empty chunk would be the last one.
            return Ok(());
        }
        self.out.extend_from_slice(format!("{:x}\r\n", data.len()).as_bytes());
        self.send(&[data, if is_end { END } else { b"\r\n" }]).await
    }

    /// Sends what is there to be sent, and then these.
    async fn send(&mut self, then: &[&[u8]]) -> io::Result<()> {
        let mut slices = [IoSlice::new(&[]); 3];
        slices[0] = IoSlice::new(&self.out);
        for (slice, bytes) in slices[1..].iter_mut().zip(then) {
            *slice = IoSlice::new(bytes);
        }
        let mut left = &mut slices[..];
        // Without this, nothing would be left of empty ones at the end, and one would be sent.
        IoSlice::advance_slices(&mut left, 0);
        let stream = &mut self.stream;
        let sent = poll_fn(|cx| {
            while !left.is_empty() {
                let count = ready!(Pin::new(&mut *stream).poll_write_vectored(cx, left))?;
                if count == 0 {
                    return Poll::Ready(Err(io::Error::from(io::ErrorKind::WriteZero)));
                }
                IoSlice::advance_slices(&mut left, count);
            }
            Poll::Ready(Ok(()))
        })
        .await;
        self.out.clear();
        sent
    }
}

/// Reads what there is; nothing at the end.
fn read<'s>(
    stream: &mut TcpStream,
    scratch: &'s mut [u8],
    cx: &mut Context<'_>,
) -> Poll<io::Result<&'s [u8]>> {
    let mut buffer = ReadBuf::new(scratch);
    ready!(Pin::new(stream).poll_read(cx, &mut buffer))?;
    let count = buffer.filled().len();
    Poll::Ready(Ok(&scratch[..count]))
}
