//! The operations of the link: one type per operation, used by both ends.
//!
//! To add one, implement [`Question`] (one answer) or [`Operation`] (a stream, optionally with input), and register it
//! in [`Operations::all`]. Frames and streams do not change.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use core_monitor_domain::ports::{Clock, EngineLink, LinkError, within};
use serde::Serialize;
use serde::de::DeserializeOwned;

mod files;
mod folders;
mod objects;
mod payload;
mod projects;
mod read_logs;
mod refresh;
mod statistics;
mod terminals;

pub(crate) use files::{FetchFile, FetchItem, FetchRequest, ListFiles, PutFile, PutPart, PutRequest};
pub(crate) use folders::{ReadWritten, WrittenRequest};
pub(crate) use objects::{FollowEngine, Inspect, TakeInventory};
pub(crate) use payload::{Json, NoInput, Payload};
pub(crate) use projects::{FindProject, ListProjects};
pub(crate) use read_logs::{LogItem, ReadLogs, ReadLogsRequest};
pub(crate) use refresh::Refresh;
pub(crate) use statistics::{RecentRequest, RecentStatistics, Statistics};
pub(crate) use terminals::{Exec, ListProcesses, OpenExec};

use crate::mux::{Fault, Received, Sender, Stream};
use crate::refusal::garbled;

/// An operation: a request, items from the worker, input from the client, and an end.
#[async_trait]
pub(crate) trait Operation: Sized + 'static {
    /// In the open frame.
    const NAME: &'static str;
    /// Maximum size of an item or input, in bytes.
    const LONGEST_ITEM: usize;
    /// Bytes that the worker may send ahead of what the client has read, if fewer than usual.
    const WINDOW: Option<u32> = None;
    /// Whether the operation may be repeated if the connection is lost before the worker has accepted it.
    const REPEATABLE: bool;
    /// The request.
    type Request: Serialize + DeserializeOwned + Send + Sync;
    /// What the client sends after the worker has accepted.
    type Input: Payload;
    /// What the worker sends.
    type Item: Payload;
    /// The final message of the worker.
    type End: Serialize + DeserializeOwned + Send;
    /// What the worker has prepared when it accepts.
    type Ready: Send;

    /// Everything that can be rejected. The client's deadline applies to this.
    async fn open(link: &dyn EngineLink, request: Self::Request) -> Result<Self::Ready, LinkError>;

    /// Sends the items. Dropped as soon as nobody waits for them any more.
    async fn run(ready: Self::Ready, exchange: &mut Exchange<Self>) -> Result<Self::End, LinkError>;
}

/// An operation with one answer.
#[async_trait]
pub(crate) trait Question: 'static {
    /// In the open frame.
    const NAME: &'static str;
    /// The request.
    type Request: Serialize + DeserializeOwned + Send + Sync;
    /// The answer.
    type Answer: Serialize + DeserializeOwned + Send + Sync;

    /// Computes the answer.
    async fn answer(link: &dyn EngineLink, request: Self::Request) -> Result<Self::Answer, LinkError>;
}

#[async_trait]
impl<Q: Question> Operation for Q {
    const NAME: &'static str = Q::NAME;
    /// Enough for a host with thousands of containers.
    const LONGEST_ITEM: usize = 64 << 20;
    const REPEATABLE: bool = true;
    type Request = Q::Request;
    type Input = NoInput;
    type Item = Json<Q::Answer>;
    type End = ();
    type Ready = Q::Answer;

    async fn open(link: &dyn EngineLink, request: Q::Request) -> Result<Q::Answer, LinkError> {
        Q::answer(link, request).await
    }

    async fn run(answer: Q::Answer, exchange: &mut Exchange<Self>) -> Result<(), LinkError> {
        exchange.send(&Json(answer)).await
    }
}

/// The worker's side of an accepted operation.
pub(crate) struct Exchange<O> {
    stream: Stream,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> Exchange<O> {
    /// Sends an item as soon as the client has room for it: a client that does not read stops the sender.
    pub(crate) async fn send(&mut self, item: &O::Item) -> Result<(), LinkError> {
        self.sender().send(item).await
    }

    /// The way to the client, for sending while input is awaited.
    pub(crate) fn sender(&self) -> ItemSender<O> {
        ItemSender { sender: self.stream.sender(), operation: PhantomData }
    }

    /// The next input; `None` at the end. Cancelling the wait loses nothing.
    pub(crate) async fn receive(&mut self) -> Result<Option<O::Input>, LinkError> {
        match self.stream.receive(O::LONGEST_ITEM).await.map_err(from_fault)? {
            Received::Item(bytes) => O::Input::decode(bytes).map(Some),
            Received::End(_) => Ok(None),
            Received::Accepted | Received::Failed(_) => Err(garbled("the input")),
        }
    }
}

/// Sends items.
pub(crate) struct ItemSender<O> {
    sender: Sender,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> ItemSender<O> {
    /// Sends an item as soon as the client has room for it: a client that does not read stops the sender.
    pub(crate) async fn send(&self, item: &O::Item) -> Result<(), LinkError> {
        self.sender.send(item.encode()?).await.map_err(from_fault)
    }
}

/// A fault as an error for the other end or the caller.
pub(crate) fn from_fault(fault: Fault) -> LinkError {
    match fault {
        Fault::Lost(reason) => LinkError::WorkerAway { reason },
        Fault::TooLong => LinkError::Refused { message: "an item exceeds the size limit".to_owned() },
    }
}

/// What the worker needs to run an operation.
#[derive(Clone, Copy)]
pub(crate) struct Worker<'a> {
    pub(crate) link: &'a dyn EngineLink,
    pub(crate) clock: &'a dyn Clock,
    /// Bytes of unread input.
    pub(crate) window: u32,
}

type Answering<'a> = Pin<Box<dyn Future<Output = Result<Bytes, LinkError>> + Send + 'a>>;
type Handler = for<'a> fn(Worker<'a>, Duration, Bytes, Stream) -> Answering<'a>;

/// The operations supported by a worker.
#[derive(Clone)]
pub(crate) struct Operations {
    known: BTreeMap<&'static str, Handler>,
}

impl Operations {
    /// All operations.
    pub(crate) fn all() -> Self {
        let none = Self { known: BTreeMap::new() };
        none.with::<ListProjects>()
            .with::<TakeInventory>()
            .with::<Inspect>()
            .with::<FollowEngine>()
            .with::<Statistics>()
            .with::<RecentStatistics>()
            .with::<FindProject>()
            .with::<Refresh>()
            .with::<ReadLogs>()
            .with::<Exec>()
            .with::<ListProcesses>()
            .with::<ListFiles>()
            .with::<FetchFile>()
            .with::<PutFile>()
            .with::<ReadWritten>()
    }

    /// Adds an operation.
    pub(crate) fn with<O: Operation>(mut self) -> Self {
        self.known.insert(O::NAME, handle::<O>);
        self
    }

    /// Runs an operation and returns its end.
    pub(crate) async fn carry_out(
        &self,
        name: &str,
        worker: Worker<'_>,
        deadline: Duration,
        request: Bytes,
        stream: Stream,
    ) -> Result<Bytes, LinkError> {
        match self.known.get(name) {
            Some(handler) => handler(worker, deadline, request, stream).await,
            None => Err(LinkError::Refused {
                message: "it does not know this operation; are both programs from the same release?"
                    .to_owned(),
            }),
        }
    }
}

fn handle<O: Operation>(
    worker: Worker<'_>,
    deadline: Duration,
    request: Bytes,
    stream: Stream,
) -> Answering<'_> {
    Box::pin(async move {
        let request = serde_json::from_slice(&request).map_err(|_| garbled("the request"))?;
        let opened = within(worker.clock, deadline, O::open(worker.link, request)).await;
        let ready = opened.unwrap_or(Err(LinkError::Timeout { after: deadline }))?;
        let window = if O::Input::EXISTS { worker.window } else { 0 };
        stream.mux().accept(stream.id(), window);
        let mut exchange = Exchange { stream, operation: PhantomData };
        let end = O::run(ready, &mut exchange).await?;
        serde_json::to_vec(&end).map(Bytes::from).map_err(|_| garbled("the end"))
    })
}
