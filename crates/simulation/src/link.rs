//! The engine link without a socket: a worker that answers from an in-memory engine.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_monitor_domain::ports::{Clock, EngineError, LinkError};
use core_monitor_domain::running_project::RunningProject;
use tokio::sync::watch;

use crate::engine::SimContainerEngine;
use crate::stack_folder::SimStackFolder;

mod files;
mod folders;
mod logs;
mod objects;
mod observation;
mod projects;
mod statistics;
mod terminals;

pub use terminals::linked;

pub use statistics::SimStatistics;

/// Answers like a worker, from an in-memory engine, until it is set away.
pub struct SimEngineLink {
    engine: Arc<SimContainerEngine>,
    clock: Arc<dyn Clock>,
    projects: Mutex<BTreeMap<String, RunningProject>>,
    statistics: Mutex<SimStatistics>,
    folders: SimStackFolder,
    away: watch::Sender<bool>,
}

impl SimEngineLink {
    /// The link to a worker of this engine.
    pub fn new(engine: Arc<SimContainerEngine>, clock: Arc<dyn Clock>) -> Self {
        Self {
            engine,
            clock,
            projects: Mutex::default(),
            statistics: Mutex::default(),
            folders: SimStackFolder::new(),
            away: watch::Sender::new(false),
        }
    }

    /// Adds a running compose project to the host.
    pub fn add_project(&self, project: RunningProject) {
        self.projects().insert(project.summary.name.clone(), project);
    }

    /// The folders of stacks on the worker's host.
    pub fn folders(&self) -> &SimStackFolder {
        &self.folders
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
        EngineError::Conflict { message } => LinkError::Conflict { message },
        other => LinkError::Refused { message: other.to_string() },
    }
}
