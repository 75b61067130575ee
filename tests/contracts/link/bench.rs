//! One link, one test: a worker whose engine has the container `web`, and the server's end of the link.

use std::path::PathBuf;
use std::sync::Arc;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::LogRequest;
use core_monitor_domain::ports::{ContainerOutput, EngineLink};
use core_monitor_engine_link::{EngineLinkClient, EngineLinkListener};
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::engine::{API_1_41, Behaviour, ForeignContainer, SimContainerEngine, SimImage};
use core_monitor_simulation::link::SimEngineLink;
use tokio::task::JoinHandle;

use crate::suite::Lines;

pub(crate) struct Bench {
    /// The server's end.
    pub(crate) link: Arc<dyn EngineLink>,
    /// The engine of the worker.
    pub(crate) engine: Arc<SimContainerEngine>,
    pub(crate) worker: Arc<SimEngineLink>,
    pub(crate) clock: Arc<ManualClock>,
    /// A running container that wrote `one` to standard output and `two` to standard error.
    pub(crate) web: ContainerId,
    way: Way,
}

/// The connection between the two ends.
enum Way {
    Nothing,
    Socket { path: PathBuf, serving: Option<JoinHandle<()>>, _folder: tempfile::TempDir },
}

impl Bench {
    pub(crate) fn simulation() -> Self {
        let (engine, web, clock) = engine();
        let worker = Arc::new(SimEngineLink::new(Arc::clone(&engine), clock.clone()));
        Self { link: worker.clone(), engine, worker, clock, web, way: Way::Nothing }
    }

    pub(crate) fn socket() -> Self {
        let (engine, web, clock) = engine();
        let worker = Arc::new(SimEngineLink::new(Arc::clone(&engine), clock.clone()));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine-link.sock");
        let link = Arc::new(EngineLinkClient::new(path.clone(), clock.clone()));
        let way = Way::Socket { path, serving: None, _folder: folder };
        let mut bench = Self { link, engine, worker, clock, web, way };
        bench.start_worker();
        bench
    }

    /// Ends the worker's process.
    pub(crate) async fn end_worker(&mut self) {
        match &mut self.way {
            Way::Nothing => self.worker.set_away(true),
            Way::Socket { serving, .. } => {
                let serving = serving.take().unwrap();
                serving.abort();
                let _ = serving.await;
            }
        }
    }

    pub(crate) fn start_worker(&mut self) {
        match &mut self.way {
            Way::Nothing => self.worker.set_away(false),
            Way::Socket { path, serving, .. } => {
                let listener = EngineLinkListener::bind(path).unwrap();
                let (worker, clock) = (self.worker.clone(), self.clock.clone());
                *serving = Some(tokio::spawn(async move {
                    listener.run(worker, clock).await;
                }));
            }
        }
    }

    pub(crate) async fn follow(&self, request: &LogRequest) -> Lines {
        match self.link.read_logs(&self.web, request).await.unwrap() {
            ContainerOutput::Readable(feed) => Lines::of(feed),
            ContainerOutput::Unreadable { driver } => panic!("`{driver}` cannot be read"),
        }
    }

    /// Waits until the container has this many followers.
    pub(crate) async fn followers(&self, count: usize) {
        while self.engine.followers(&self.web) != count {
            tokio::task::yield_now().await;
        }
    }
}

fn engine() -> (Arc<SimContainerEngine>, ContainerId, Arc<ManualClock>) {
    let engine = Arc::new(SimContainerEngine::new(API_1_41, 1));
    let behaviour = Behaviour::default().saying(&["one"]).complaining(&["two"]);
    engine.add_image(SimImage::new("web:1").behaviour(behaviour));
    let web = ForeignContainer { name: "web".into(), image: "web:1".into(), ..ForeignContainer::default() };
    let web = engine.run_foreign(web).unwrap();
    (engine, web, Arc::new(ManualClock::new()))
}
