//! One stream, from either end.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::{Delivery, Mux, PART_COST, Violation, add_credit};
use crate::frame::{Body, Frame, LONGEST_BODY};
use crate::limits::Limits;

/// A message of a stream.
#[derive(Debug)]
pub(crate) enum Received {
    /// The worker has accepted the operation.
    Accepted,
    /// A complete item.
    Item(Bytes),
    /// The end of the stream.
    End(Bytes),
    /// The worker aborted the operation.
    Failed(Bytes),
}

/// Why a stream cannot continue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection was lost.
    Lost(String),
    /// An item exceeds the limit of its operation.
    TooLong,
}

/// A handle of a stream. Dropping it does not end the stream: each end has its own way to do that.
#[derive(Debug)]
pub(crate) struct Stream {
    id: u32,
    mux: Arc<Mux>,
    inbox: mpsc::UnboundedReceiver<Delivery>,
    credit: Arc<Semaphore>,
    stopped: CancellationToken,
    /// How much the other end may have in transit.
    window: usize,
    /// Read bytes that have not been granted again.
    read: usize,
    /// Parts of an incomplete item.
    item: BytesMut,
    /// Maximum size of a part sent to the other end.
    longest_part: usize,
}

impl Stream {
    pub(super) fn new(
        id: u32,
        mux: Arc<Mux>,
        inbox: mpsc::UnboundedReceiver<Delivery>,
        credit: Arc<Semaphore>,
        stopped: CancellationToken,
        window: usize,
    ) -> Self {
        let item = BytesMut::new();
        Self { id, mux, inbox, credit, stopped, window, read: 0, item, longest_part: 0 }
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn mux(&self) -> &Arc<Mux> {
        &self.mux
    }

    /// Cancelled when nobody waits for this stream any more.
    pub(crate) fn stopped(&self) -> &CancellationToken {
        &self.stopped
    }

    /// The initial grant of the other end. A window has room for two parts, so that one can be in transit while the
    /// other is read.
    pub(super) fn grant_of_peer(&mut self, window: u32) -> Result<(), Violation> {
        if window < Limits::SMALLEST_WINDOW {
            return Err(Violation::SmallWindow);
        }
        let half = usize::try_from(window / 2).unwrap_or(usize::MAX);
        self.longest_part = half.saturating_sub(PART_COST).min(LONGEST_BODY);
        add_credit(&self.credit, window)
    }

    /// The way to the other end. It must not be taken before the other end has granted something.
    pub(crate) fn sender(&self) -> Sender {
        Sender {
            id: self.id,
            mux: Arc::clone(&self.mux),
            credit: Arc::clone(&self.credit),
            longest_part: self.longest_part,
        }
    }

    /// The next message. Cancelling the wait loses nothing. Items longer than `longest` are a fault.
    pub(crate) async fn receive(&mut self, longest: usize) -> Result<Received, Fault> {
        loop {
            let Some(delivery) = self.inbox.recv().await else { return Err(self.mux.lost()) };
            match delivery {
                Delivery::Accepted { window } => {
                    // A worker that accepts no input grants none.
                    if window > 0 && self.grant_of_peer(window).is_err() {
                        return Err(Fault::Lost("its window is too small for a single frame".to_owned()));
                    }
                    return Ok(Received::Accepted);
                }
                Delivery::Part { last, bytes } => {
                    if self.item.len() + bytes.len() > longest {
                        return Err(Fault::TooLong);
                    }
                    self.return_credit(bytes.len() + PART_COST);
                    if let Some(item) = self.assemble(last, bytes) {
                        return Ok(Received::Item(item));
                    }
                }
                Delivery::End(bytes) => return Ok(Received::End(bytes)),
                Delivery::Failed(bytes) => return Ok(Received::Failed(bytes)),
            }
        }
    }

    /// Adds a part; returns the item if it is complete. Most items have one part and are not copied.
    fn assemble(&mut self, last: bool, bytes: Bytes) -> Option<Bytes> {
        if last && self.item.is_empty() {
            return Some(bytes);
        }
        self.item.extend_from_slice(&bytes);
        last.then(|| self.item.split().freeze())
    }

    /// Grants read bytes again, in large amounts.
    fn return_credit(&mut self, cost: usize) {
        self.read += cost;
        if self.read * 2 >= self.window {
            self.mux.grant(self.id, std::mem::take(&mut self.read));
        }
    }
}

/// The way to the other end of a stream, apart from the way back, so that both can be used at the same time. Only one item may
/// be sent at a time.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    id: u32,
    mux: Arc<Mux>,
    credit: Arc<Semaphore>,
    longest_part: usize,
}

impl Sender {
    /// Sends an item as soon as the other end has room for it. Cancelling the wait may leave it partially sent; the
    /// stream is then unusable.
    pub(crate) async fn send(&self, mut item: Bytes) -> Result<(), Fault> {
        if self.longest_part == 0 {
            // The other end accepts no data on this stream: the operation has no input.
            return Err(Fault::Lost("the other end accepts no data".to_owned()));
        }
        loop {
            let bytes = item.split_to(item.len().min(self.longest_part));
            let cost = u32::try_from(bytes.len() + PART_COST).unwrap_or(u32::MAX);
            let Ok(credit) = self.credit.acquire_many(cost).await else { return Err(self.mux.lost()) };
            credit.forget();
            let last = item.is_empty();
            self.mux.send(Frame { stream: self.id, body: Body::Data { last, bytes } }).await?;
            if last {
                return Ok(());
            }
        }
    }

    /// Signals that nothing more is sent.
    pub(crate) async fn finish(&self) -> Result<(), Fault> {
        self.mux.send(Frame { stream: self.id, body: Body::End(Bytes::new()) }).await
    }
}
