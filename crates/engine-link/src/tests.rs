//! Both ends over a real socket, with a scripted worker and a clock that stands still. Tests never wait for time to
//! pass, only for signals of the worker.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use core_monitor_domain::container_file::{Download, FilePlace, FileRefusal, FolderListing, Upload};
use core_monitor_domain::drift::HostFile;
use core_monitor_domain::engine_event::EventsFrom;
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::inventory::Inventory;
use core_monitor_domain::logs::{LineEnd, LogEntry, LogRequest, LogTime, OutputStream};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{
    ContainerOutput, EngineLink, EventFeed, ExecSession, Feed, FetchedFile, FileLink, FileSink, FilesError,
    FolderLink, Inspection, LinkError, LogFeed, LogLink, ObjectLink, ObservationLink, ProjectLink,
    StatisticsLink, TerminalLink,
};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::statistics::{History, StatisticsSnapshot, Step};
use core_monitor_domain::terminal::{ExecRequest, ProcessList};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::link::SimStatistics;
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
type Answered = Result<Vec<LogEntry>, LinkError>;
type Fed = mpsc::UnboundedSender<Answered>;

/// A worker whose engine has these containers: `flood` writes endlessly, `idle` writes nothing, `fed` writes what the
/// test sends, `stuck` is never found. No others exist.
struct FakeWorker {
    projects: Mutex<Vec<ProjectSummary>>,
    /// Chunks read from `flood`.
    pulled: watch::Sender<usize>,
    /// Operations that were started, and those that have ended.
    begun: watch::Sender<usize>,
    over: watch::Sender<usize>,
    fed: Mutex<Option<mpsc::UnboundedReceiver<Answered>>>,
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

/// The request for everything of `idle`.
const LOGS_OF_IDLE: &str = r#"{"container":"idle","request":{"tail":"all","since":null,"until":null,"stdout":true,"stderr":true,"follow":true}}"#;

fn chunk(text: &str) -> Vec<LogEntry> {
    let bytes = text.as_bytes().to_vec();
    vec![LogEntry { at: LogTime(42), stream: OutputStream::Stdout, bytes, end: LineEnd::Newline }]
}

#[async_trait]
impl ObservationLink for FakeWorker {
    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        Ok(Timestamp::from_millis(42).unwrap())
    }
}

#[async_trait]
impl ObjectLink for FakeWorker {
    async fn inventory(&self, sizes: bool) -> Result<Inventory, LinkError> {
        Err(LinkError::Refused { message: format!("sizes: {sizes}") })
    }

    async fn inspect(&self, wanted: &Inspection) -> Result<serde_json::Value, LinkError> {
        Ok(serde_json::json!({ "Id": wanted.container, "revealed": wanted.reveal }))
    }

    async fn engine_events(&self, _: EventsFrom) -> Result<EventFeed<LinkError>, LinkError> {
        Err(LinkError::Refused { message: "nothing happens here".to_owned() })
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
impl FolderLink for FakeWorker {
    async fn read_written(&self, _: StackId, _: &[String]) -> Result<BTreeMap<String, HostFile>, LinkError> {
        Ok(BTreeMap::new())
    }
}

#[async_trait]
impl FileLink for FakeWorker {
    async fn list_files(&self, _: &FilePlace) -> Result<FolderListing, FilesError<LinkError>> {
        Err(FilesError::Refused(FileRefusal::NotFound))
    }

    async fn fetch_file(
        &self,
        _: &FilePlace,
        _: Download,
    ) -> Result<FetchedFile<LinkError>, FilesError<LinkError>> {
        Err(FilesError::Refused(FileRefusal::NotFound))
    }

    async fn put_file(
        &self,
        _: &FilePlace,
        _: Upload,
    ) -> Result<Box<dyn FileSink<LinkError>>, FilesError<LinkError>> {
        Err(FilesError::Refused(FileRefusal::NotFound))
    }
}

#[async_trait]
impl TerminalLink for FakeWorker {
    async fn exec(
        &self,
        container: &ContainerId,
        _: &ExecRequest,
    ) -> Result<ExecSession<LinkError>, LinkError> {
        Err(LinkError::NotFound { message: format!("no such container: {container}") })
    }

    async fn processes(&self, container: &ContainerId) -> Result<ProcessList, LinkError> {
        Err(LinkError::NotFound { message: format!("no such container: {container}") })
    }
}

#[async_trait]
impl StatisticsLink for FakeWorker {
    async fn statistics(&self) -> Result<StatisticsSnapshot, LinkError> {
        SimStatistics::default().now()
    }

    async fn recent_statistics(
        &self,
        _: StackId,
        _: Option<ServiceName>,
        _: Timestamp,
        _: Timestamp,
        step: Step,
    ) -> Result<History, LinkError> {
        Ok(History { step, series: Vec::new() })
    }
}

#[async_trait]
impl LogLink for FakeWorker {
    async fn read_logs(
        &self,
        container: &ContainerId,
        _: &LogRequest,
    ) -> Result<ContainerOutput<LinkError>, LinkError> {
        let life = self.begin();
        match container.as_str() {
            "flood" => {
                Ok(ContainerOutput::Readable(Box::new(Flood { pulled: self.pulled.clone(), _life: life })))
            }
            "idle" => {
                let sent = Sent { chunks: mpsc::unbounded_channel(), _life: life };
                Ok(ContainerOutput::Readable(Box::new(sent)))
            }
            "none" => Ok(ContainerOutput::Unreadable { driver: "none".into() }),
            "fed" => {
                let receiver = self.fed.lock().unwrap().take().unwrap();
                let (nobody, _) = mpsc::unbounded_channel();
                Ok(ContainerOutput::Readable(Box::new(Sent { chunks: (nobody, receiver), _life: life })))
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
impl Feed<Vec<LogEntry>, LinkError> for Flood {
    async fn next(&mut self) -> Result<Option<Vec<LogEntry>>, LinkError> {
        // Yields like a socket would, so that other tasks can run.
        tokio::task::yield_now().await;
        self.pulled.send_modify(|pulled| *pulled += 1);
        Ok(Some(chunk(&"x".repeat(CHUNK))))
    }
}

struct Sent {
    chunks: (Fed, mpsc::UnboundedReceiver<Answered>),
    _life: Life,
}

#[async_trait]
impl Feed<Vec<LogEntry>, LinkError> for Sent {
    async fn next(&mut self) -> Result<Option<Vec<LogEntry>>, LinkError> {
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

    async fn follow(&self, container: &str) -> Result<LogFeed<LinkError>, LinkError> {
        follow(&self.client, container).await
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

async fn follow(client: &EngineLinkClient, container: &str) -> Result<LogFeed<LinkError>, LinkError> {
    match client.read_logs(&ContainerId::from(container), &LogRequest::FOLLOW).await? {
        ContainerOutput::Readable(feed) => Ok(feed),
        ContainerOutput::Unreadable { driver } => panic!("`{driver}` cannot be read"),
    }
}

/// All text until the end.
async fn all(output: &mut LogFeed<LinkError>) -> Result<String, LinkError> {
    let mut text = String::new();
    while let Some(entries) = output.next().await? {
        for entry in &entries {
            text.push_str(std::str::from_utf8(&entry.bytes).unwrap());
        }
    }
    Ok(text)
}
