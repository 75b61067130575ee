//! The engine link without a socket: a worker that answers from an in-memory engine.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{
    Clock, ContainerLogs, EngineError, EngineLink, EngineReader, Feed, LinkError, LogStart, OutputChunk,
    OutputFeed,
};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;
use tokio::sync::watch;

use crate::engine::SimContainerEngine;

/// Answers like a worker, from an in-memory engine, until it is set away.
pub struct SimEngineLink {
    engine: Arc<SimContainerEngine>,
    clock: Arc<dyn Clock>,
    projects: Mutex<BTreeMap<String, RunningProject>>,
    away: watch::Sender<bool>,
}

impl SimEngineLink {
    /// The link to a worker of this engine.
    pub fn new(engine: Arc<SimContainerEngine>, clock: Arc<dyn Clock>) -> Self {
        Self { engine, clock, projects: Mutex::default(), away: watch::Sender::new(false) }
    }

    /// Adds a running compose project to the host.
    pub fn add_project(&self, project: RunningProject) {
        self.projects().insert(project.summary.name.clone(), project);
    }

    /// Stops or restarts the worker. Followed output is interrupted.
    pub fn set_away(&self, away: bool) {
        self.away.send_replace(away);
    }

    fn projects(&self) -> MutexGuard<'_, BTreeMap<String, RunningProject>> {
        self.projects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reached(&self) -> Result<(), LinkError> {
        if *self.away.borrow() { Err(away()) } else { Ok(()) }
    }
}

fn away() -> LinkError {
    LinkError::WorkerAway { reason: "it is not running".to_owned() }
}

fn link_error(error: EngineError) -> LinkError {
    match error {
        EngineError::NotFound { message } => LinkError::NotFound { message },
        other => LinkError::Refused { message: other.to_string() },
    }
}

#[async_trait]
impl EngineLink for SimEngineLink {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        self.reached()?;
        Ok(self.projects().values().map(|project| project.summary.clone()).collect())
    }

    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError> {
        self.reached()?;
        Ok(self.projects().get(name).cloned())
    }

    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        self.reached()?;
        let now = self.clock.now();
        // Only checks whether the engine answers: nothing stores the observation.
        self.engine.inspect(&ContainerId::from("")).await.map_err(link_error)?;
        Ok(now)
    }

    async fn follow_logs(
        &self,
        container: &ContainerId,
        from: LogStart,
    ) -> Result<OutputFeed<LinkError>, LinkError> {
        self.reached()?;
        let output = self.engine.follow(container, from).await.map_err(link_error)?;
        Ok(Box::new(SimFeed { output, away: self.away.subscribe() }))
    }
}

/// Output while the worker is available.
struct SimFeed {
    output: OutputFeed<EngineError>,
    away: watch::Receiver<bool>,
}

#[async_trait]
impl Feed<OutputChunk, LinkError> for SimFeed {
    async fn next(&mut self) -> Result<Option<OutputChunk>, LinkError> {
        tokio::select! {
            biased;
            chunk = self.output.next() => chunk.map_err(link_error),
            // A dropped link counts as a stopped worker.
            _ = self.away.wait_for(|away| *away) => Err(away()),
        }
    }
}
