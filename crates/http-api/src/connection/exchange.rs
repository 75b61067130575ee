//! What a connection is doing, known to the stream below the HTTP library and to the layers above it.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponseBuilder};

use super::chunks::Chunks;

/// What may be read from a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The head of the next request.
    Head,
    /// Nothing: the head is complete, and the request begins.
    Parsing,
    /// The body of a request.
    Body {
        /// What is left of it.
        left: Left,
        /// Whether the request was answered, and only what is left of it stands before the next one.
        answered: bool,
    },
    /// Whatever comes: another protocol is spoken.
    Upgraded,
    /// Nothing more: the other protocol has ended, and the connection with it.
    Over,
}

/// What is left of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// So many bytes.
    Sized(u64),
    /// It tells itself where it ends.
    Chunked(Chunks),
}

impl Left {
    /// Whether no further byte belongs to the body.
    pub(super) fn is_nothing(self) -> bool {
        match self {
            Self::Sized(left) => left == 0,
            Self::Chunked(chunks) => chunks == Chunks::Complete,
        }
    }
}

/// The phase of a connection. All clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Exchange(Rc<Shared>);

#[derive(Debug)]
struct Shared {
    phase: Cell<Phase>,
    /// Whether the answer that is being written ends when the client is gone.
    ends_with_client: Cell<bool>,
    /// Whoever waits to read.
    reader: RefCell<Option<Waker>>,
}

impl Exchange {
    pub(super) fn new() -> Self {
        let (phase, ends_with_client) = (Cell::new(Phase::Head), Cell::new(false));
        Self(Rc::new(Shared { phase, ends_with_client, reader: RefCell::new(None) }))
    }

    pub(super) fn phase(&self) -> Phase {
        self.0.phase.get()
    }

    /// Whether the answer that is being written ends when the client is gone.
    pub(super) fn ends_with_client(&self) -> bool {
        self.0.ends_with_client.get()
    }

    /// Makes the answer that is being written end when the client is gone.
    pub(super) fn end_with_client(&self) {
        self.0.ends_with_client.set(true);
        self.wake_reader();
    }

    /// Remembers who reads, so that a new phase wakes it.
    pub(super) fn is_read_by(&self, task: &mut Context<'_>) {
        let mut reader = self.0.reader.borrow_mut();
        match &mut *reader {
            Some(waker) => waker.clone_from(task.waker()),
            None => *reader = Some(task.waker().clone()),
        }
    }

    pub(super) fn set(&self, phase: Phase) {
        self.0.phase.set(phase);
    }

    /// Lets whoever waits to read try again.
    pub(super) fn wake_reader(&self) {
        if let Some(reader) = self.0.reader.borrow_mut().take() {
            reader.wake();
        }
    }

    fn enter(&self, phase: Phase) {
        self.set(phase);
        self.wake_reader();
    }

    /// A request with these headers begins; it ends when the returned value is dropped.
    pub(super) fn begin(&self, headers: &HeaderMap) -> InProgress {
        // The library has refused a length that is not a number, a length beside another coding, and every coding but chunked.
        let length =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let chunked = headers.contains_key(header::TRANSFER_ENCODING);
        let left = if chunked { Left::Chunked(Chunks::START) } else { Left::Sized(length.unwrap_or(0)) };
        self.enter(Phase::Body { left, answered: false });
        InProgress(self.clone())
    }
}

/// A request that is being handled.
pub(super) struct InProgress(Exchange);

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.0.ends_with_client.set(false);
        self.0.enter(match self.0.phase() {
            Phase::Body { left, .. } if !left.is_nothing() => Phase::Body { left, answered: true },
            Phase::Upgraded => Phase::Over,
            _ => Phase::Head,
        });
    }
}

/// Marks an answer that ends when the client is gone.
#[derive(Debug, Clone, Copy)]
struct EndsWithClient;

/// Makes an answer that may have nothing to write for long end when the client closes its end of the connection, instead of
/// when something is written and nobody is there.
///
/// A client that closes only its sending half looks the same until something is written, and counts as gone too, as it does
/// with common proxies. This is only for answers that go on until somebody ends them: all others are written whole.
pub(crate) fn ends_with_client(head: &mut HttpResponseBuilder) {
    head.extensions_mut().insert(EndsWithClient);
}

/// Tells the connection when a request begins and when its answer has been written. The outermost layer.
pub(crate) async fn follow(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(exchange) = request.conn_data::<Exchange>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let in_progress = exchange.begin(request.headers());
    let answer = next.call(request).await?;
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        exchange.enter(Phase::Upgraded);
    }
    if answer.response().extensions().contains::<EndsWithClient>() {
        exchange.end_with_client();
    }
    Ok(answer.map_body(|_, body| Followed { body: body.boxed(), _in_progress: in_progress }.boxed()))
}

/// A body that ends the request when it is dropped.
struct Followed {
    body: BoxBody,
    _in_progress: InProgress,
}

impl MessageBody for Followed {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(task)
    }
}
