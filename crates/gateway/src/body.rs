//! Bodies on their way through the gateway. Each holds what must not end before it does.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::Stream;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::exchange::Answering;
use crate::metrics::{DoorMetrics, Gauge, Held};
use crate::record::Record;
use crate::upstream::fields::Fields;
use crate::upstream::request_head::Outgoing;

/// Any error of a body.
pub(crate) type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request, as the service gets it, if there is one. It is not asked for anything before there is a connection to pass
/// it on, so that a client that waits to be told to go on is told only then.
pub(crate) struct RequestBody(pub(crate) Option<Incoming>);

impl RequestBody {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(Incoming::is_end_stream)
    }

    /// How its end is said on the way to the service.
    pub(crate) fn outgoing(&self) -> Outgoing {
        match &self.0 {
            Some(body) if !self.is_empty() => {
                body.size_hint().exact().map_or(Outgoing::Chunks, Outgoing::Length)
            }
            _ => Outgoing::Nothing,
        }
    }
}

/// The body of a response, as the client gets it.
pub(crate) struct ResponseBody {
    kind: Kind,
    record: Option<Box<Record>>,
    meter: Option<(Arc<DoorMetrics>, Held)>,
    /// What went wrong, when it has not been told yet.
    broken: Option<BodyError>,
}

enum Kind {
    /// An answer of the gateway itself.
    Own(Option<Bytes>),
    /// Events of the gateway itself.
    Events(Pin<Box<dyn Stream<Item = Bytes>>>),
    /// From a service.
    Answering(Box<Answering>),
}

impl ResponseBody {
    fn new(kind: Kind) -> Self {
        Self { kind, record: None, meter: None, broken: None }
    }

    pub(crate) fn own(bytes: Bytes) -> Self {
        Self::new(Kind::Own((!bytes.is_empty()).then_some(bytes)))
    }

    pub(crate) fn events(stream: impl Stream<Item = Bytes> + 'static) -> Self {
        Self::new(Kind::Events(Box::pin(stream)))
    }

    pub(crate) fn answering(answering: Box<Answering>) -> Self {
        Self::new(Kind::Answering(answering))
    }

    /// The headers that its service has written, if nobody has taken them yet.
    pub(crate) fn fields(&self) -> Option<&Fields> {
        match &self.kind {
            Kind::Answering(answering) => answering.fields.as_ref(),
            Kind::Own(_) | Kind::Events(_) => None,
        }
    }

    /// The same, to be put into an answer.
    pub(crate) fn take_fields(&mut self) -> Option<Fields> {
        match &mut self.kind {
            Kind::Answering(answering) => answering.fields.take(),
            Kind::Own(_) | Kind::Events(_) => None,
        }
    }

    /// Whether it comes from a service.
    pub(crate) fn is_from_service(&self) -> bool {
        matches!(self.kind, Kind::Answering(_))
    }

    /// Counts what is sent for a service, and the request as under way until the body ends.
    pub(crate) fn count(&mut self, meter: Arc<DoorMetrics>) {
        let held = meter.hold(Gauge::Requests);
        self.meter = Some((meter, held));
    }

    /// Counts what is sent, and ends the record when the body does.
    pub(crate) fn record(&mut self, mut record: Box<Record>) {
        if self.kind.has_ended() {
            record.is_whole();
        }
        self.record = Some(record);
    }

    fn note(&mut self, sent: u64) {
        if let Some(record) = &mut self.record {
            record.sent(sent);
        }
        if let Some((meter, _)) = &self.meter {
            meter.sent(sent);
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        if let Some(error) = this.broken.take() {
            return Poll::Ready(Some(Err(error)));
        }
        let frame = match &mut this.kind {
            Kind::Own(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Events(stream) => {
                stream.as_mut().poll_next(cx).map(|event| event.map(|bytes| Ok(Frame::data(bytes))))
            }
            Kind::Answering(answering) => answering.poll_frame(cx),
        };
        let frame = match ready!(frame) {
            Some(Err(error)) => {
                // Whoever writes the answer drops what it has not sent when it hears of this. It gets a turn to send it first.
                this.broken = Some(error);
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            other => other,
        };
        if let Some(Ok(frame)) = &frame {
            this.note(length(frame));
        }
        if let Some(record) = &mut this.record
            && (frame.is_none() || this.kind.has_ended())
        {
            record.is_whole();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.broken.is_none() && self.kind.has_ended()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Own(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Kind::Events(_) => SizeHint::default(),
            Kind::Answering(answering) => answering.size_hint(),
        }
    }
}

impl Kind {
    fn has_ended(&self) -> bool {
        match self {
            Self::Own(bytes) => bytes.is_none(),
            Self::Events(_) => false,
            Self::Answering(answering) => answering.has_ended(),
        }
    }
}

fn length(frame: &Frame<Bytes>) -> u64 {
    frame.data_ref().map_or(0, |data| data.len() as u64)
}

/// All of a small body; `None` if it is larger than `limit` or does not arrive whole.
pub(crate) async fn small(body: Incoming, limit: usize) -> Option<Bytes> {
    http_body_util::Limited::new(body, limit).collect().await.ok().map(http_body_util::Collected::to_bytes)
}

#[cfg(test)]
mod tests;
