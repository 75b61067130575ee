//! The client's end: a connection and its operations.

use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use core_monitor_domain::ports::{Clock, LinkError, within};
use tokio::net::UnixStream;
use tokio_util::sync::DropGuard;

use crate::frame::{Body, Frame, Open};
use crate::hello::{self, Hello, HelloError};
use crate::limits::Limits;
use crate::mux::{self, Delivery, Fault, Mux, Received, Sender, Stream, Violation};
use crate::operation::{Operation, Payload, from_fault};
use crate::refusal::{self, garbled};

/// A connection to a worker.
#[derive(Debug)]
pub(crate) struct Connection {
    mux: Arc<Mux>,
    /// Ends the connection when neither the client nor a call uses it any more.
    alive: Arc<DropGuard>,
}

impl Connection {
    /// Connects and performs the handshake.
    pub(crate) async fn open(socket: &Path, clock: &dyn Clock, limits: &Limits) -> Result<Self, LinkError> {
        let limit = limits.hello;
        let connect = async {
            let mut stream = UnixStream::connect(socket).await?;
            hello::greet(&mut stream).await.map(|()| stream)
        };
        let connected = within(clock, limit, connect).await;
        let stream = connected.ok_or(LinkError::Timeout { after: limit })?.map_err(away)?;
        let (mux, queues) = Mux::new(limits.window);
        let (reader, writer) = stream.into_split();
        let alive = Arc::new(mux.closed().clone().drop_guard());
        let carried = Arc::clone(&mux);
        tokio::spawn(async move {
            let broken = mux::run(&carried, queues, reader, writer, |frame| take(&carried, frame)).await;
            tracing::debug!(reason = %broken, "a connection to the worker ended");
        });
        Ok(Self { mux, alive })
    }

    /// Whether it is still open.
    pub(crate) fn stands(&self) -> bool {
        self.mux.broken().is_none() && !self.mux.closed().is_cancelled()
    }

    /// Starts an operation. Returns when the worker has accepted it.
    pub(crate) async fn begin<O: Operation>(
        &self,
        request: &O::Request,
        clock: &dyn Clock,
        limits: &Limits,
    ) -> Result<Call<O>, LinkError> {
        let deadline = limits.opening;
        let open = Open {
            deadline_ms: u32::try_from(deadline.as_millis()).unwrap_or(u32::MAX),
            window: O::WINDOW.unwrap_or(limits.window).min(limits.window),
            operation: O::NAME.to_owned(),
            request: serde_json::to_vec(request).map_err(|_| garbled("the request"))?.into(),
        };
        if !open.fits() {
            return Err(LinkError::Refused { message: "the request is too long".to_owned() });
        }
        let accepted = async {
            let stream = self.mux.open(open).await.map_err(from_fault)?;
            let mut call =
                Call { stream, over: false, alive: Arc::clone(&self.alive), operation: PhantomData };
            match call.receive().await? {
                Received::Accepted => Ok(call),
                _ => Err(garbled("its answer")),
            }
        };
        within(clock, deadline, accepted).await.unwrap_or(Err(LinkError::Timeout { after: deadline }))
    }
}

fn take(mux: &Mux, frame: Frame) -> Result<(), Violation> {
    let id = frame.stream;
    match frame.body {
        Body::Accept { window } => mux.accepted(id, window),
        Body::Data { last, bytes } => mux.data(id, last, bytes),
        Body::Window(bytes) => mux.window(id, bytes),
        Body::End(bytes) => mux.concluded(id, Delivery::End(bytes)),
        Body::Error(bytes) => mux.concluded(id, Delivery::Failed(bytes)),
        Body::Open(_) | Body::Cancel => Err(Violation::Direction),
    }
}

/// A running operation. Dropping it cancels the operation and ends its source.
pub(crate) struct Call<O> {
    stream: Stream,
    /// Nothing more will arrive.
    over: bool,
    /// Held so that the connection outlives the client that opened it.
    alive: Arc<DropGuard>,
    operation: PhantomData<fn() -> O>,
}

/// A message from the worker.
pub(crate) enum Said<O: Operation> {
    Item(O::Item),
    End(O::End),
}

impl<O: Operation> Call<O> {
    /// The next item, or the end. Cancelling the wait loses nothing. It must not be called after the end or an error.
    pub(crate) async fn next(&mut self) -> Result<Said<O>, LinkError> {
        match self.receive().await? {
            Received::Item(bytes) => O::Item::decode(bytes).map(Said::Item),
            Received::End(bytes) => {
                let end = serde_json::from_slice(&bytes).map_err(|_| garbled("the final message"))?;
                Ok(Said::End(end))
            }
            Received::Accepted | Received::Failed(_) => Err(garbled("its answer")),
        }
    }

    /// The way to the worker.
    pub(crate) fn input(&self) -> CallInput<O> {
        CallInput { sender: self.stream.sender(), alive: Arc::clone(&self.alive), operation: PhantomData }
    }

    async fn receive(&mut self) -> Result<Received, LinkError> {
        match self.stream.receive(O::LONGEST_ITEM).await {
            Ok(Received::Failed(body)) => {
                self.over = true;
                Err(refusal::decode(&body))
            }
            Ok(Received::End(bytes)) => {
                self.over = true;
                Ok(Received::End(bytes))
            }
            Ok(received) => Ok(received),
            Err(Fault::Lost(reason)) => {
                self.over = true;
                Err(LinkError::WorkerAway { reason })
            }
            Err(fault) => Err(from_fault(fault)),
        }
    }
}

/// The input of a running operation. It is over when the [`Call`] is.
pub(crate) struct CallInput<O> {
    sender: Sender,
    #[expect(dead_code, reason = "held so that the connection outlives the client that opened it")]
    alive: Arc<DropGuard>,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> CallInput<O> {
    /// Sends input as soon as the worker has room for it.
    pub(crate) async fn send(&self, input: &O::Input) -> Result<(), LinkError> {
        self.sender.send(input.encode()?).await.map_err(from_fault)
    }

    /// Signals the end of the input.
    pub(crate) async fn finish(&self) -> Result<(), LinkError> {
        self.sender.finish().await.map_err(from_fault)
    }
}

impl<O> Drop for Call<O> {
    fn drop(&mut self) {
        if !self.over {
            self.stream.mux().cancel(self.stream.id());
        }
    }
}

fn away(error: HelloError) -> LinkError {
    match error {
        HelloError::OtherProtocol(theirs) => {
            LinkError::OtherRelease { worker: theirs.release, server: Hello::own().release }
        }
        HelloError::Broken(error) => {
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused => {
                    "it is not running, or it uses another data folder".to_owned()
                }
                std::io::ErrorKind::UnexpectedEof => {
                    "it closed the connection during the handshake".to_owned()
                }
                _ => error.to_string(),
            };
            LinkError::WorkerAway { reason }
        }
        HelloError::Stranger => LinkError::WorkerAway { reason: HelloError::Stranger.to_string() },
    }
}
