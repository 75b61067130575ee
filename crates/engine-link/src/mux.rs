//! Multiplexing of streams on one connection: routes frames and enforces windows.
//!
//! Everything held for the other end is limited: bytes of a stream by the window granted to it, streams by their
//! number, replies by the length of a queue. Exceeding a limit closes the connection. Reading never waits for writing,
//! so two ends with much to send cannot block each other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

mod stream;
mod transport;

pub(crate) use stream::{Fault, Received, Sender, Stream};
pub(crate) use transport::{Broken, run};

use crate::frame::{Body, Frame, Open};

/// The cost of a part of an item in addition to its bytes, so that the number of small parts is limited too.
pub(crate) const PART_COST: usize = 64;

/// Queued frames of all streams. Senders with more wait for their turn.
const ORDERED: usize = 4;
/// Queued replies and control frames, which must not wait behind items. They accumulate only if the other end does not
/// read.
const URGENT: usize = 1024;
/// The maximum credit for one stream.
const MOST_CREDIT: usize = 1 << 30;

/// The other end violates the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Violation {
    #[error("it sent more than its window allows")]
    Window,
    #[error("it granted more credit than allowed")]
    Credit,
    #[error("its window is too small for a single frame")]
    SmallWindow,
    #[error("it sent a frame that only the other side may send")]
    Direction,
    #[error("it sent a frame for a stream that was never opened")]
    UnknownStream,
    #[error("it reused a stream number")]
    ReusedStream,
    #[error("it repeated a frame that may be sent only once")]
    Twice,
}

/// The streams of one connection.
#[derive(Debug)]
pub(crate) struct Mux {
    table: Mutex<Table>,
    urgent: mpsc::Sender<Frame>,
    ordered: mpsc::Sender<Frame>,
    /// Cancelled when the connection has ended.
    closed: CancellationToken,
    window: usize,
}

/// Outgoing frames.
#[derive(Debug)]
pub(crate) struct Queues {
    urgent: mpsc::Receiver<Frame>,
    ordered: mpsc::Receiver<Frame>,
}

#[derive(Debug, Default)]
struct Table {
    streams: HashMap<u32, Entry>,
    /// The highest number so far.
    newest: u32,
    broken: Option<String>,
}

/// The connection's state of a stream.
#[derive(Debug)]
struct Entry {
    inbox: mpsc::UnboundedSender<Delivery>,
    /// How much may still be sent to the other end.
    credit: Arc<Semaphore>,
    /// How much the other end may still send.
    room: usize,
    /// Set when the worker has accepted, or when the client's input has ended: neither may happen twice.
    signalled: bool,
    stopped: CancellationToken,
}

/// What the connection delivers to a stream.
#[derive(Debug)]
pub(crate) enum Delivery {
    Accepted { window: u32 },
    Part { last: bool, bytes: Bytes },
    End(Bytes),
    Failed(Bytes),
}

impl Mux {
    /// Creates a connection whose streams may each have `window` bytes in transit to this end.
    pub(crate) fn new(window: u32) -> (Arc<Self>, Queues) {
        let (urgent_sender, urgent) = mpsc::channel(URGENT);
        let (ordered_sender, ordered) = mpsc::channel(ORDERED);
        let mux = Self {
            table: Mutex::default(),
            urgent: urgent_sender,
            ordered: ordered_sender,
            closed: CancellationToken::new(),
            window: usize::try_from(window).unwrap_or(usize::MAX),
        };
        (Arc::new(mux), Queues { urgent, ordered })
    }

    /// Cancelled when the connection has ended; cancelling it ends the connection.
    pub(crate) fn closed(&self) -> &CancellationToken {
        &self.closed
    }

    /// The number of the newest stream, if none is open.
    pub(crate) fn idle_since(&self) -> Option<u32> {
        let table = self.table();
        table.streams.is_empty().then_some(table.newest)
    }

    /// Why the connection has ended.
    pub(crate) fn broken(&self) -> Option<String> {
        self.table().broken.clone()
    }

    /// Opens a stream on the client's end.
    pub(crate) async fn open(self: &Arc<Self>, open: Open) -> Result<Stream, Fault> {
        // The outgoing queue first: opening and cancelling a stream must be sent in order.
        let Ok(way) = self.urgent.reserve().await else { return Err(self.lost()) };
        let mut table = self.table();
        if table.broken.is_some() {
            drop(table);
            return Err(self.lost());
        }
        let Some(id) = table.newest.checked_add(1) else {
            drop(table);
            self.closed.cancel();
            return Err(Fault::Lost("all stream numbers are used up".to_owned()));
        };
        let window = usize::try_from(open.window).unwrap_or(usize::MAX);
        let stream = self.insert(&mut table, id, window, window);
        way.send(Frame { stream: id, body: Body::Open(open) });
        Ok(stream)
    }

    /// Registers a stream that the client opened; `None` if there are already `most`.
    pub(crate) fn admit(
        self: &Arc<Self>,
        id: u32,
        open: &Open,
        most: usize,
    ) -> Result<Option<Stream>, Violation> {
        let mut table = self.table();
        if id <= table.newest {
            return Err(Violation::ReusedStream);
        }
        table.newest = id;
        if table.streams.len() >= most {
            return Ok(None);
        }
        // The worker grants input when it accepts.
        let mut stream = self.insert(&mut table, id, 0, self.window);
        stream.grant_of_peer(open.window)?;
        Ok(Some(stream))
    }

    /// `room` is what the other end may send at first, `window` what it may have in transit.
    fn insert(self: &Arc<Self>, table: &mut Table, id: u32, room: usize, window: usize) -> Stream {
        let (sender, inbox) = mpsc::unbounded_channel();
        let credit = Arc::new(Semaphore::new(0));
        let stopped = CancellationToken::new();
        let entry = Entry {
            inbox: sender,
            credit: Arc::clone(&credit),
            room,
            signalled: false,
            stopped: stopped.clone(),
        };
        table.newest = id;
        table.streams.insert(id, entry);
        Stream::new(id, Arc::clone(self), inbox, credit, stopped, window)
    }

    /// Tells the client that the operation was accepted, and that it may send `window` bytes of input.
    pub(crate) fn accept(&self, id: u32, window: u32) {
        if let Some(entry) = self.table().streams.get_mut(&id) {
            entry.room = usize::try_from(window).unwrap_or(usize::MAX);
        }
        self.answer(Frame { stream: id, body: Body::Accept { window } });
    }

    /// Allows the other end to send `bytes` more.
    fn grant(&self, id: u32, bytes: usize) {
        let Some(bytes_granted) = u32::try_from(bytes).ok() else { return };
        match self.table().streams.get_mut(&id) {
            Some(entry) => entry.room = entry.room.saturating_add(bytes),
            None => return,
        }
        self.answer(Frame { stream: id, body: Body::Window(bytes_granted) });
    }

    /// Ends a stream on this side. Returns whether it existed.
    pub(crate) fn forget(&self, id: u32) -> bool {
        match self.table().streams.remove(&id) {
            Some(entry) => {
                entry.credit.close();
                true
            }
            None => false,
        }
    }

    /// Cancels a stream on the client's end.
    pub(crate) fn cancel(&self, id: u32) {
        if self.forget(id) {
            self.answer(Frame { stream: id, body: Body::Cancel });
        }
    }

    /// Sends a frame before all items. An end that causes replies but does not read them loses the connection.
    pub(crate) fn answer(&self, frame: Frame) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.urgent.try_send(frame) {
            self.close("it stopped reading".to_owned());
        }
    }

    /// Sends a frame after those that were queued before.
    pub(crate) async fn send(&self, frame: Frame) -> Result<(), Fault> {
        self.ordered.send(frame).await.map_err(|_| self.lost())
    }

    /// An item or a part of one has arrived.
    pub(crate) fn data(&self, id: u32, last: bool, bytes: Bytes) -> Result<(), Violation> {
        let mut table = self.table();
        let Some(entry) = table.find(id)? else { return Ok(()) };
        let cost = bytes.len() + PART_COST;
        entry.room = entry.room.checked_sub(cost).ok_or(Violation::Window)?;
        entry.deliver(Delivery::Part { last, bytes });
        Ok(())
    }

    /// More may be sent.
    pub(crate) fn window(&self, id: u32, bytes: u32) -> Result<(), Violation> {
        let mut table = self.table();
        let Some(entry) = table.find(id)? else { return Ok(()) };
        add_credit(&entry.credit, bytes)
    }

    /// The worker has accepted an operation.
    pub(crate) fn accepted(&self, id: u32, window: u32) -> Result<(), Violation> {
        let mut table = self.table();
        let Some(entry) = table.find(id)? else { return Ok(()) };
        entry.signal(Delivery::Accepted { window })
    }

    /// The worker has ended or aborted an operation.
    pub(crate) fn concluded(&self, id: u32, delivery: Delivery) -> Result<(), Violation> {
        let mut table = self.table();
        if let Some(entry) = table.find(id)? {
            entry.deliver(delivery);
            entry.credit.close();
            table.streams.remove(&id);
        }
        Ok(())
    }

    /// The client has ended its input.
    pub(crate) fn input_ended(&self, id: u32) -> Result<(), Violation> {
        let mut table = self.table();
        let Some(entry) = table.find(id)? else { return Ok(()) };
        entry.room = 0;
        entry.signal(Delivery::End(Bytes::new()))
    }

    /// The client has cancelled an operation.
    pub(crate) fn cancelled(&self, id: u32) -> Result<(), Violation> {
        let mut table = self.table();
        table.find(id)?;
        if let Some(entry) = table.streams.remove(&id) {
            entry.stop();
        }
        Ok(())
    }

    /// Ends the connection and all its streams. The first reason is kept.
    pub(crate) fn close(&self, reason: String) {
        let mut table = self.table();
        table.broken.get_or_insert(reason);
        for (_, entry) in table.streams.drain() {
            entry.stop();
        }
        drop(table);
        self.closed.cancel();
    }

    fn lost(&self) -> Fault {
        Fault::Lost(self.broken().unwrap_or_else(|| "the connection was closed".to_owned()))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// The stream for a received frame. A frame for a stream that just ended was sent before the other end knew that.
    fn find(&mut self, id: u32) -> Result<Option<&mut Entry>, Violation> {
        if id > self.newest {
            return Err(Violation::UnknownStream);
        }
        Ok(self.streams.get_mut(&id))
    }
}

impl Entry {
    fn deliver(&self, delivery: Delivery) {
        // The holder of the stream may have dropped it.
        let _ = self.inbox.send(delivery);
    }

    fn signal(&mut self, delivery: Delivery) -> Result<(), Violation> {
        if std::mem::replace(&mut self.signalled, true) {
            return Err(Violation::Twice);
        }
        self.deliver(delivery);
        Ok(())
    }

    fn stop(self) {
        self.credit.close();
        self.stopped.cancel();
    }
}

fn add_credit(credit: &Semaphore, bytes: u32) -> Result<(), Violation> {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    if credit.available_permits().saturating_add(bytes) > MOST_CREDIT {
        return Err(Violation::Credit);
    }
    credit.add_permits(bytes);
    Ok(())
}
