//! Both ends over a real socket, with a scripted worker and a clock that stands still. Tests never wait for time to
//! pass, only for signals of the worker.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{
    EngineLink, Feed, LinkError, LogLink, LogStart, ObservationLink, OutputChunk, OutputFeed, OutputStream,
    ProjectLink,
};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::clock::ManualClock;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::answerer::Answerer;
use crate::operation::Operations;
use crate::{EngineLinkClient, EngineLinkListener, Limits, hello};

mod duplex;
mod limits;
mod rules;
mod streams;

/// Bytes of one chunk of the container `flood`.
const CHUNK: usize = 1000;

/// What a test sends to the container `fed`.
type Fed = mpsc::UnboundedSender<Result<OutputChunk, LinkError>>;

/// A worker whose engine has these containers: `flood` writes endlessly, `idle` writes nothing, `fed` writes what the
/// test sends, `stuck` is never found. No others exist.
struct FakeWorker {
    projects: Mutex<Vec<ProjectSummary>>,
    /// Chunks read from `flood`.
    pulled: watch::Sender<usize>,
    /// Operations that were started, and those that have ended.
    begun: watch::Sender<usize>,
    over: watch::Sender<usize>,
    fed: Mutex<Option<mpsc::UnboundedReceiver<Result<OutputChunk, LinkError>>>>,
}

/// Signals when its holder ends, for whatever reason.
struct Life(watch::Sender<usize>);

impl Drop for Life {
    fn drop(&mut self) {
        self.0.send_modify(|over| *over += 1);
    }
}

impl FakeWorker {
    fn new() -> Self {
        Self {
            projects: Mutex::new(vec![summary("shop")]),
            pulled: watch::Sender::default(),
            begun: watch::Sender::default(),
            over: watch::Sender::default(),
            fed: Mutex::default(),
        }
    }

    fn begin(&self) -> Life {
        self.begun.send_modify(|begun| *begun += 1);
        Life(self.over.clone())
    }
}

fn summary(name: &str) -> ProjectSummary {
    ProjectSummary {
        name: name.into(),
        services: vec!["web".into()],
        containers: 2,
        running: 1,
        ids: Vec::new(),
        made_by: None,
        component: false,
    }
}

fn chunk(text: &str) -> OutputChunk {
    OutputChunk { stream: OutputStream::Stdout, bytes: text.as_bytes().to_vec() }
}

#[async_trait]
impl ObservationLink for FakeWorker {
    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        Ok(Timestamp::from_millis(42).unwrap())
    }
}

#[async_trait]
impl ProjectLink for FakeWorker {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        Ok(self.projects.lock().unwrap().clone())
    }

    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError> {
        match name {
            "broken" => Err(LinkError::Refused { message: "the engine is away".into() }),
            "stuck" => {
                let _life = self.begin();
                std::future::pending().await
            }
            "panic" => panic!("a fault in the worker"),
            _ => Ok(None),
        }
    }
}

#[async_trait]
impl LogLink for FakeWorker {
    async fn follow_logs(
        &self,
        container: &ContainerId,
        _: LogStart,
    ) -> Result<OutputFeed<LinkError>, LinkError> {
        let life = self.begin();
        match container.as_str() {
            "flood" => Ok(Box::new(Flood { pulled: self.pulled.clone(), _life: life })),
            "idle" => Ok(Box::new(Sent { chunks: mpsc::unbounded_channel(), _life: life })),
            "fed" => {
                let receiver = self.fed.lock().unwrap().take().unwrap();
                let (nobody, _) = mpsc::unbounded_channel();
                Ok(Box::new(Sent { chunks: (nobody, receiver), _life: life }))
            }
            "stuck" => std::future::pending().await,
            other => Err(LinkError::NotFound { message: format!("no such container: {other}") }),
        }
    }
}

struct Flood {
    pulled: watch::Sender<usize>,
    _life: Life,
}

#[async_trait]
impl Feed<OutputChunk, LinkError> for Flood {
    async fn next(&mut self) -> Result<Option<OutputChunk>, LinkError> {
        // Yields like a socket would, so that other tasks can run.
        tokio::task::yield_now().await;
        self.pulled.send_modify(|pulled| *pulled += 1);
        Ok(Some(chunk(&"x".repeat(CHUNK))))
    }
}

struct Sent {
    chunks: (Fed, mpsc::UnboundedReceiver<Result<OutputChunk, LinkError>>),
    _life: Life,
}

#[async_trait]
impl Feed<OutputChunk, LinkError> for Sent {
    async fn next(&mut self) -> Result<Option<OutputChunk>, LinkError> {
        self.chunks.1.recv().await.transpose()
    }
}

/// A worker with a socket, and a client connected to it.
struct Bench {
    client: EngineLinkClient,
    worker: Arc<FakeWorker>,
    clock: Arc<ManualClock>,
    limits: Limits,
    path: PathBuf,
    serving: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::with(Limits::default())
    }

    fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine-link.sock");
        let clock = Arc::new(ManualClock::new());
        let worker = Arc::new(FakeWorker::new());
        let client = EngineLinkClient::new(path.clone(), clock.clone()).with_limits(limits);
        let mut bench = Self { client, worker, clock, limits, path, serving: None, _folder: folder };
        bench.serve();
        bench
    }

    /// Another client of the same worker.
    fn client(&self) -> EngineLinkClient {
        EngineLinkClient::new(self.path.clone(), self.clock.clone()).with_limits(self.limits)
    }

    fn serve(&mut self) {
        let listener = EngineLinkListener::bind(&self.path).unwrap();
        let answerer = Answerer {
            link: self.worker.clone(),
            clock: self.clock.clone(),
            limits: self.limits,
            operations: Arc::new(Operations::all().with::<duplex::Echo>().with::<duplex::Deaf>()),
        };
        self.serving = Some(tokio::spawn(async move {
            listener.serve(answerer).await;
        }));
    }

    /// Stops the worker and removes its socket.
    async fn end_worker(&mut self) {
        let serving = self.serving.take().unwrap();
        serving.abort();
        let _ = serving.await;
    }

    /// The channel for the output of the container `fed`.
    fn feed(&self) -> Fed {
        let (sender, receiver) = mpsc::unbounded_channel();
        *self.worker.fed.lock().unwrap() = Some(receiver);
        sender
    }

    async fn follow(&self, container: &str) -> Result<OutputFeed<LinkError>, LinkError> {
        self.client.follow_logs(&ContainerId::from(container), LogStart::Beginning).await
    }

    /// Waits until this many operations have ended.
    async fn over(&self, count: usize) {
        self.worker.over.subscribe().wait_for(|over| *over == count).await.unwrap();
    }

    /// Waits until this many operations were started.
    async fn begun(&self, count: usize) {
        self.worker.begun.subscribe().wait_for(|begun| *begun == count).await.unwrap();
    }

    /// Waits until this many chunks were read from `flood`.
    async fn pulled(&self, count: usize) {
        self.worker.pulled.subscribe().wait_for(|pulled| *pulled >= count).await.unwrap();
    }

    /// Yields many times, so that all tasks make whatever progress they can.
    async fn settle(&self) {
        let client = self.client();
        for _ in 0..50 {
            client.refresh().await.unwrap();
        }
    }

    /// A connection on which the test writes raw bytes.
    async fn raw(&self) -> UnixStream {
        let mut stream = UnixStream::connect(&self.path).await.unwrap();
        hello::greet(&mut stream).await.unwrap();
        stream
    }
}

/// All text until the end.
async fn all(output: &mut OutputFeed<LinkError>) -> Result<String, LinkError> {
    let mut text = String::new();
    while let Some(chunk) = output.next().await? {
        text.push_str(std::str::from_utf8(&chunk.bytes).unwrap());
    }
    Ok(text)
}
