//! What the judgement is about.

use crate::command::{Command, FailureScope};
use crate::ids::{StackId, VersionNumber};
use crate::names::StackName;
use crate::statistics::DiskFigures;
use crate::time::Timestamp;

/// What is known of an installation.
#[derive(Debug, Clone, Copy)]
pub struct AttentionFacts<'a> {
    /// Now.
    pub now: Timestamp,
    /// Whether a worker answers.
    pub worker_answers: bool,
    /// When the engine was last observed.
    pub observed_at: Option<Timestamp>,
    /// The disks that matter.
    pub disks: &'a [DiskFigures],
    /// What a failed write holds up.
    pub failure_scope: FailureScope,
    /// The commands that have failed and wait for a person.
    pub failed: &'a [FailedFacts<'a>],
    /// The commands that run.
    pub running: &'a [RunningFacts<'a>],
    /// The stacks.
    pub stacks: &'a [StackFacts],
}

/// A command that has failed.
#[derive(Debug, Clone, Copy)]
pub struct FailedFacts<'a> {
    /// It.
    pub command: &'a Command,
    /// The name of its stack; `None` if it is about the host.
    pub stack: Option<&'a StackName>,
}

/// A command that runs.
#[derive(Debug, Clone, Copy)]
pub struct RunningFacts<'a> {
    /// It.
    pub command: &'a Command,
    /// The name of its stack; `None` if it is about the host.
    pub stack: Option<&'a StackName>,
    /// When its journal got its last line.
    pub heard_at: Option<Timestamp>,
    /// When the wait that may last longest is given up; `None` if it waits for nothing.
    pub deadline: Option<Timestamp>,
}

/// A stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackFacts {
    /// Identity.
    pub id: StackId,
    /// Name.
    pub name: StackName,
    /// Its newest version.
    pub latest_version: VersionNumber,
    /// Its applied version.
    pub current_version: Option<VersionNumber>,
    /// Whether a command of it is open: waits, runs or has failed.
    pub is_changing: bool,
    /// Whether one of them runs.
    pub is_running: bool,
    /// Its services that are not as they should be.
    pub services: Vec<ServiceFacts>,
    /// How many steps it would take to match the applied version again.
    pub drift: usize,
    /// How many errors the lint finds in its newest version; 0 if that is not known.
    pub lint_errors: usize,
}

/// A service that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceFacts {
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub trouble: ServiceTrouble,
    /// The status of its worst container as `docker ps` shows it.
    pub status: String,
    /// Since when, if that is known.
    pub since: Option<Timestamp>,
}

/// What can be wrong with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceTrouble {
    /// It ended with an error, or is started again and again.
    Failed,
    /// Its health check fails.
    Unhealthy,
}
