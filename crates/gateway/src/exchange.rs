//! One request to a service and its answer.
//!
//! A request without a body, which is nearly every request, is sent and answered by the task that serves the client: the body of the
//! answer drives the connection to the service itself. A request with a body gets a task for that connection, because its body
//! must go on while the client does not read the answer, and perhaps after the answer has ended.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use core_monitor_application::gateway::Inside;
use http::{Method, Request, Response};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::client::conn::TrySendError;

use crate::body::{RequestBody, ResponseBody};
use crate::shard::Shard;
use crate::upstream::{Link, link, new_link};

/// Why there is no answer.
pub(crate) enum Failure {
    /// Nobody accepts connections. Nothing was sent, and the request can be sent elsewhere.
    Unreachable(Box<Request<RequestBody>>, io::Error),
    /// The service has perhaps got the request.
    Broken(hyper::Error),
}

type Sent = Result<Response<Incoming>, TrySendError<Request<RequestBody>>>;

/// Sends a request to a life of a service, which is in use until both bodies have ended.
pub(crate) async fn exchange(
    shard: &Rc<Shard>,
    inside: Inside,
    request: Request<RequestBody>,
) -> Result<Response<ResponseBody>, Failure> {
    if !request.body().is_empty() {
        return Box::pin(with_body(shard, inside, request)).await;
    }
    let mut link = match link(shard, inside.life()).await {
        Ok(link) => link,
        Err(error) => return Err(Failure::Unreachable(Box::new(request), error)),
    };
    // Whether the service has closed an idle connection meanwhile shows only when it is used.
    let copy = (link.is_used && is_repeatable(request.method())).then(|| head_of(&request));
    let answer = send(&mut link, request).await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(failed) => {
            let again = may_repeat(failed, link.is_used, copy)?;
            link = match new_link(shard, inside.life(), 0).await {
                Ok(link) => link,
                Err(error) => return Err(Failure::Unreachable(Box::new(again), error)),
            };
            send(&mut link, again).await.map_err(|failed| Failure::Broken(failed.into_error()))?
        }
    };
    Ok(answer.map(|body| ResponseBody::driving(Answering::new(shard, body, link, inside))))
}

/// Sends a request without a body, and waits for the head of the answer.
async fn send(link: &mut Link, request: Request<RequestBody>) -> Sent {
    let mut answer = pin!(link.sender.try_send_request(request));
    poll_fn(|cx| {
        // When the connection has ended, the answer is there or says why.
        let _ = link.drive(cx);
        // Only the connection, which was just driven, could wake us for it.
        answer.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    })
    .await
}

async fn with_body(
    shard: &Rc<Shard>,
    inside: Inside,
    mut request: Request<RequestBody>,
) -> Result<Response<ResponseBody>, Failure> {
    let life = Arc::clone(inside.life());
    let lease = Rc::new(inside);
    let mut found = link(shard, &life).await;
    loop {
        let mut link = match found {
            Ok(link) => link,
            Err(error) => return Err(Failure::Unreachable(Box::new(request), error)),
        };
        request.body_mut().hold(Rc::clone(&lease));
        let is_used = link.is_used;
        let answer = link.sender.try_send_request(request);
        tokio::task::spawn_local(drive(Rc::clone(shard), link));
        match answer.await {
            Ok(answer) => return Ok(answer.map(|body| ResponseBody::driven(body, lease))),
            Err(failed) => request = may_repeat(failed, is_used, None)?,
        }
        found = new_link(shard, &life, 0).await;
    }
}

/// Drives a connection until it is idle again.
async fn drive(shard: Rc<Shard>, link: Box<Link>) {
    let mut link = Some(link);
    let has_ended = poll_fn(|cx| {
        let Some(link) = &mut link else { return Poll::Ready(true) };
        if link.drive(cx).is_ready() {
            return Poll::Ready(true);
        }
        if link.sender.is_ready() { Poll::Ready(false) } else { Poll::Pending }
    })
    .await;
    if !has_ended && let Some(link) = link {
        shard.pools.put(link);
    }
}

/// The request that may be sent again on another connection: what was never sent, or what changes nothing however often it is
/// sent, if the connection was closed while it was idle.
fn may_repeat(
    mut failed: TrySendError<Request<RequestBody>>,
    was_used: bool,
    copy: Option<Request<RequestBody>>,
) -> Result<Request<RequestBody>, Failure> {
    let unsent = failed.take_message();
    let error = failed.into_error();
    let was_closed =
        error.is_incomplete_message() || error.is_canceled() || error.is_closed() || is_reset(&error);
    match unsent.or_else(|| copy.filter(|_| was_closed)) {
        Some(request) if was_used => Ok(request),
        _ => Err(Failure::Broken(error)),
    }
}

fn is_reset(error: &hyper::Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| {
        matches!(
            cause.kind(),
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted
        )
    })
}

fn is_repeatable(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE)
}

fn head_of(request: &Request<RequestBody>) -> Request<RequestBody> {
    let mut copy = Request::new(RequestBody::Empty);
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    copy
}

/// The body of an answer, and the connection that it comes over.
pub(crate) struct Answering {
    body: Incoming,
    /// `None` once the connection has ended.
    link: Option<Box<Link>>,
    shard: Rc<Shard>,
    #[expect(dead_code, reason = "the service is in use as long as it exists")]
    inside: Inside,
}

impl Answering {
    fn new(shard: &Rc<Shard>, body: Incoming, link: Box<Link>, inside: Inside) -> Self {
        Self { body, link: Some(link), shard: Rc::clone(shard), inside }
    }

    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(link) = &mut self.link else { return Pin::new(&mut self.body).poll_frame(cx) };
        // What comes in comes by driving the connection, so that nobody has to be woken for it.
        let mut unheard = Context::from_waker(Waker::noop());
        let frame = link.quietly(|| Pin::new(&mut self.body).poll_frame(&mut unheard));
        if frame.is_ready() {
            return frame;
        }
        // The connection is asked for more only now that the body is: what the client does not read is not read from the service.
        if link.drive(cx).is_ready() {
            self.link = None;
            return Pin::new(&mut self.body).poll_frame(cx);
        }
        link.quietly(|| Pin::new(&mut self.body).poll_frame(&mut unheard))
    }

    pub(crate) fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        // A connection over which an answer is still coming is of no use to anybody else.
        if let Some(link) = self.link.take() {
            self.shard.pools.put(link);
        }
    }
}
