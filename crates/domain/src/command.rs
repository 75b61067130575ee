//! A command: one accepted write, its place in the queue, and what became of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{CommandId, Epoch, PlanId, Seq, StackId, VersionNumber, WorkerId};
use crate::names::ServiceName;
use crate::time::Timestamp;

mod failure;
mod status;

pub use failure::{Failure, FailureCode};
pub use status::{Cause as TransitionCause, CommandStatus, Transition};

/// A command as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Identity, given to the caller in the `202`.
    pub id: CommandId,
    /// Place in the queue.
    pub seq: Seq,
    /// The stack it changes.
    pub stack_id: StackId,
    /// What it asks for.
    pub payload: CommandPayload,
    /// Where it stands.
    pub status: CommandStatus,
    /// Who asked.
    pub principal: String,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When a worker first claimed it.
    pub started_at: Option<Timestamp>,
    /// When it reached `DONE`, `FAILED` or `CANCELLED`.
    pub finished_at: Option<Timestamp>,
    /// How many times a worker claimed or adopted it since the last retry.
    pub attempt: u32,
    /// How many times somebody retried it after a failure.
    pub retry: u32,
    /// Epoch of the worker that last claimed it.
    pub fence: Option<Epoch>,
    /// The worker that last claimed it.
    pub claimed_by: Option<WorkerId>,
    /// Set while a cancel waits for the worker to reach a safe point.
    pub cancel_requested_at: Option<Timestamp>,
    /// Why it failed, kept when it is cancelled afterwards.
    pub failure: Option<Failure>,
    /// What it did; set with `DONE`.
    pub result: Option<CommandResult>,
}

/// The words of the spec for what a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CommandKind {
    /// A stack and its first version were saved.
    Create,
    /// A version was saved.
    Update,
    /// Converge to a version.
    Apply,
    /// Converge to a version that already ran, with the images it ran with.
    Rollback,
    /// Put an application artifact into running middleware.
    Deploy,
    /// Start what is stopped.
    Start,
    /// Stop what runs.
    Stop,
    /// Stop and start.
    Restart,
    /// Remove everything the stack has on the engine, then the stack.
    Delete,
}

impl CommandKind {
    /// Every kind, in the order of the spec.
    pub const ALL: [Self; 9] = [
        Self::Create,
        Self::Update,
        Self::Apply,
        Self::Rollback,
        Self::Deploy,
        Self::Start,
        Self::Stop,
        Self::Restart,
        Self::Delete,
    ];

    /// The word in the table, the JSON and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Apply => "APPLY",
            Self::Rollback => "ROLLBACK",
            Self::Deploy => "DEPLOY",
            Self::Start => "START",
            Self::Stop => "STOP",
            Self::Restart => "RESTART",
            Self::Delete => "DELETE",
        }
    }

    /// Whether it writes to the database only and is `DONE` in the transaction that accepts it.
    pub fn is_immediate(self) -> bool {
        matches!(self, Self::Create | Self::Update)
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a command asks for. Stored as JSON, tagged by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CommandPayload {
    /// See [`CommandKind::Create`].
    Create {
        /// The first version, 1.
        version: VersionNumber,
    },
    /// See [`CommandKind::Update`].
    Update {
        /// The version that was saved.
        version: VersionNumber,
    },
    /// See [`CommandKind::Apply`].
    Apply {
        /// The version to converge to.
        version: VersionNumber,
        /// How to go about it.
        #[serde(flatten)]
        options: ApplyOptions,
    },
    /// See [`CommandKind::Rollback`].
    Rollback {
        /// The version to go back to.
        version: VersionNumber,
        /// Take the images the tags mean today, instead of those of that version's last release.
        #[serde(default)]
        refresh_images: bool,
        /// How to go about it.
        #[serde(flatten)]
        options: ApplyOptions,
    },
    /// See [`CommandKind::Start`].
    Start {
        /// One service, or the whole stack.
        service: Option<ServiceName>,
    },
    /// See [`CommandKind::Stop`].
    Stop {
        /// One service, or the whole stack.
        service: Option<ServiceName>,
    },
    /// See [`CommandKind::Restart`].
    Restart {
        /// One service, or the whole stack.
        service: Option<ServiceName>,
    },
    /// See [`CommandKind::Delete`].
    Delete {
        /// Remove the volumes this installation made for the stack, with the data in them.
        #[serde(default)]
        volumes: bool,
    },
}

impl CommandPayload {
    /// The kind alone.
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::Create { .. } => CommandKind::Create,
            Self::Update { .. } => CommandKind::Update,
            Self::Apply { .. } => CommandKind::Apply,
            Self::Rollback { .. } => CommandKind::Rollback,
            Self::Start { .. } => CommandKind::Start,
            Self::Stop { .. } => CommandKind::Stop,
            Self::Restart { .. } => CommandKind::Restart,
            Self::Delete { .. } => CommandKind::Delete,
        }
    }

    /// The version it names, if it names one.
    pub fn version(&self) -> Option<VersionNumber> {
        match self {
            Self::Create { version }
            | Self::Update { version }
            | Self::Apply { version, .. }
            | Self::Rollback { version, .. } => Some(*version),
            Self::Start { .. } | Self::Stop { .. } | Self::Restart { .. } | Self::Delete { .. } => None,
        }
    }

    /// The options of APPLY and ROLLBACK.
    pub fn options(&self) -> Option<&ApplyOptions> {
        match self {
            Self::Apply { options, .. } | Self::Rollback { options, .. } => Some(options),
            _ => None,
        }
    }
}

/// How APPLY and ROLLBACK go about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ApplyOptions {
    /// The stored plan that was confirmed. The command fails before its first effect if the host
    /// has moved since, so that what was confirmed is what runs.
    #[serde(default)]
    pub plan_id: Option<PlanId>,
    /// What to do when it fails.
    #[serde(default)]
    pub on_failure: OnFailure,
    /// When it counts as done.
    #[serde(default)]
    pub readiness: Readiness,
}

/// What a failed APPLY or ROLLBACK does to the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// Stay as it is, `FAILED`, and block the queue until a person decides.
    #[default]
    Hold,
    /// Converge back to the previous release and end `CANCELLED` with the failure kept.
    Rollback,
}

/// When an APPLY counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// Every service is healthy; one without a health check has stayed up for the configured time.
    #[default]
    Ready,
    /// Every container was started, as `docker compose up -d` does it.
    Started,
}

/// What a command did, for people and scripts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CommandResult {
    /// Engine effects performed over all attempts. Zero: everything was already as asked.
    pub effects: u32,
    /// What a person should know although it worked, one sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
}
