//! Bodies on their way through the gateway. Each holds what must not end before it does.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use core_monitor_application::gateway::Inside;
use futures::Stream;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::exchange::Answering;
use crate::metrics::{DoorMetrics, Gauge, Held};
use crate::record::Record;

/// Any error of a body.
pub(crate) type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// The use of a service that several bodies share.
pub(crate) type Lease = Rc<Inside>;

/// The body of a request, as the service gets it.
pub(crate) enum RequestBody {
    /// There is none.
    Empty,
    /// It is passed on as it comes in. The service is in use until all of it has been.
    Streaming {
        /// What comes in. It is not asked for anything before there is a connection to pass it on, so that a client that waits to
        /// be told to go on is told only then.
        body: Incoming,
        /// The use of the service that gets it.
        lease: Option<Lease>,
        /// Where its bytes are counted.
        meter: Arc<DoorMetrics>,
    },
}

impl RequestBody {
    pub(crate) fn new(body: Incoming, meter: &Arc<DoorMetrics>) -> Self {
        if body.is_end_stream() {
            return Self::Empty;
        }
        Self::Streaming { body, lease: None, meter: Arc::clone(meter) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Keeps the service in use until all of the body has been passed on.
    pub(crate) fn hold(&mut self, held: Lease) {
        if let Self::Streaming { lease, .. } = self {
            *lease = Some(held);
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self.get_mut() {
            Self::Empty => Poll::Ready(None),
            Self::Streaming { body, meter, .. } => {
                let frame = Pin::new(body).poll_frame(cx);
                if let Poll::Ready(Some(Ok(frame))) = &frame {
                    meter.received(length(frame));
                }
                frame
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Streaming { body, .. } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Streaming { body, .. } => body.size_hint(),
        }
    }
}

/// The body of a response, as the client gets it.
pub(crate) struct ResponseBody {
    kind: Kind,
    record: Option<Box<Record>>,
    meter: Option<(Arc<DoorMetrics>, Held)>,
}

enum Kind {
    /// An answer of the gateway itself.
    Own(Option<Bytes>),
    /// Events of the gateway itself.
    Events(Pin<Box<dyn Stream<Item = Bytes>>>),
    /// From a service, over a connection that this body drives.
    Driving(Answering),
    /// From a service, over a connection that a task drives.
    Driven(Incoming, #[expect(dead_code, reason = "it only has to exist")] Lease),
}

impl ResponseBody {
    fn new(kind: Kind) -> Self {
        Self { kind, record: None, meter: None }
    }

    pub(crate) fn own(bytes: Bytes) -> Self {
        Self::new(Kind::Own((!bytes.is_empty()).then_some(bytes)))
    }

    pub(crate) fn events(stream: impl Stream<Item = Bytes> + 'static) -> Self {
        Self::new(Kind::Events(Box::pin(stream)))
    }

    pub(crate) fn driving(answering: Answering) -> Self {
        Self::new(Kind::Driving(answering))
    }

    pub(crate) fn driven(body: Incoming, lease: Lease) -> Self {
        Self::new(Kind::Driven(body, lease))
    }

    /// Whether it comes from a service.
    pub(crate) fn is_from_service(&self) -> bool {
        matches!(self.kind, Kind::Driving(_) | Kind::Driven(..))
    }

    /// Counts what is sent for a service, and the request as under way until the body ends.
    pub(crate) fn count(&mut self, meter: Arc<DoorMetrics>) {
        let held = meter.hold(Gauge::Requests);
        self.meter = Some((meter, held));
    }

    /// Counts what is sent, and ends the record when the body does.
    pub(crate) fn record(&mut self, record: Box<Record>) {
        self.record = Some(record);
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
        let frame = match &mut this.kind {
            Kind::Own(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Events(stream) => {
                stream.as_mut().poll_next(cx).map(|event| event.map(|bytes| Ok(Frame::data(bytes))))
            }
            Kind::Driving(answering) => {
                answering.poll_frame(cx).map(|frame| frame.map(|frame| frame.map_err(Into::into)))
            }
            Kind::Driven(body, _) => {
                Pin::new(body).poll_frame(cx).map(|frame| frame.map(|frame| frame.map_err(Into::into)))
            }
        };
        if let Some(record) = &mut this.record
            && let Poll::Ready(Some(frame)) = &frame
        {
            match frame {
                Ok(frame) => record.sent(frame.data_ref().map_or(0, Bytes::len)),
                Err(_) => record.broke_off(),
            }
        }
        if let (Some((meter, _)), Poll::Ready(Some(Ok(frame)))) = (&this.meter, &frame) {
            meter.sent(length(frame));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Own(bytes) => bytes.is_none(),
            Kind::Events(_) => false,
            Kind::Driving(answering) => answering.is_end_stream(),
            Kind::Driven(body, _) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Own(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Kind::Events(_) => SizeHint::default(),
            Kind::Driving(answering) => answering.size_hint(),
            Kind::Driven(body, _) => body.size_hint(),
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
