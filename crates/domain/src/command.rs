//! A command: one accepted write, its place in the queue, and its outcome.

use std::collections::BTreeSet;
use std::fmt;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::artifact::SlotName;
use crate::ids::{CommandId, Epoch, PlanId, Seq, StackId, VersionNumber, WorkerId};
use crate::names::ServiceName;
use crate::time::Timestamp;

mod decision;
mod delete_choices;
mod ending;
mod failure;
mod lane;
mod lease;
mod new_command;
mod on_failure;
mod power;
pub(crate) mod said;
mod sentences;
mod status;
mod transition;
mod write_lane;

pub use decision::{Cancelling, Claiming, Decision, Found, LaneKind, NotAccepted, OpenQueue};
pub use delete_choices::DeleteChoices;
pub use ending::{Finish, StackChange};
pub use failure::{Failure, FailureCode};
pub use lane::{Lane, LaneError};
pub use lease::Lease;
pub use new_command::{Idempotency, IfMatch, NewCommand};
pub use on_failure::{OnFailure, OnFailureError};
pub use power::{PowerCause, PowerChange, PowerScope, SleepMode};
pub use sentences::Sentences;
pub use status::{CommandStatus, StatusError};
pub use transition::Transition;
pub use write_lane::{FailureScope, OpenWrite, ScopeError, TOLD, WriteLane};

/// A stored command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Identity, returned to the caller in the `202`.
    pub id: CommandId,
    /// Place in the queue.
    pub seq: Seq,
    /// The stack it changes.
    pub stack_id: StackId,
    /// What was requested.
    pub payload: CommandPayload,
    /// Its status.
    pub status: CommandStatus,
    /// Who requested it.
    pub principal: Actor,
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
    /// Set while a cancel request waits for the worker to reach a safe point.
    pub cancel_requested_at: Option<Timestamp>,
    /// Why it failed; kept if it is cancelled afterwards.
    pub failure: Option<Failure>,
    /// What it did; set with `DONE`, and with `CANCELLED` if a worker had started it.
    pub result: Option<CommandResult>,
}

impl Command {
    /// The lane in which its order is kept.
    pub fn lane(&self) -> Lane {
        Lane::of(self.payload.kind(), self.stack_id)
    }
}

/// The kinds of commands, with the names of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CommandKind {
    /// A stack and its first version were saved.
    Create,
    /// A version was saved.
    Update,
    /// Converge to a version.
    Apply,
    /// Converge to an earlier version with the images it used.
    Rollback,
    /// Deploy an application artifact to running middleware.
    Deploy,
    /// Start what is stopped.
    Start,
    /// Stop what runs.
    Stop,
    /// Restart what is running.
    Restart,
    /// Remove what the stack has on the engine, the stack itself, or both.
    Delete,
    /// Start a sleeping stack. Created by the system, never requested by people.
    Wake,
    /// Put an idle stack to sleep. Created by the system, never requested by people.
    Sleep,
    /// Remove what nothing on the host uses, as a confirmed plan lists it.
    Prune,
}

impl CommandKind {
    /// Every kind, in the order of the specification.
    pub const ALL: [Self; 12] = [
        Self::Create,
        Self::Update,
        Self::Apply,
        Self::Rollback,
        Self::Deploy,
        Self::Start,
        Self::Stop,
        Self::Restart,
        Self::Delete,
        Self::Wake,
        Self::Sleep,
        Self::Prune,
    ];

    /// The name in the table, in JSON and in logs.
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
            Self::Wake => "WAKE",
            Self::Sleep => "SLEEP",
            Self::Prune => "PRUNE",
        }
    }

    /// The kind with this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it only writes to the database and is `DONE` in the transaction that accepts it.
    pub fn is_immediate(self) -> bool {
        matches!(self, Self::Create | Self::Update)
    }

    /// Whether the system creates it by itself, in the power lane of its stack.
    pub fn is_power_change(self) -> bool {
        matches!(self, Self::Wake | Self::Sleep)
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a command requests. Stored as JSON, tagged by kind.
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
        /// The options.
        #[serde(flatten)]
        options: ApplyOptions,
    },
    /// See [`CommandKind::Rollback`].
    Rollback {
        /// The version to go back to.
        version: VersionNumber,
        /// Use the images that the tags point to now, instead of those of that version's last release.
        #[serde(default)]
        refresh_images: bool,
        /// The options.
        #[serde(flatten)]
        options: ApplyOptions,
    },
    /// See [`CommandKind::Deploy`].
    Deploy {
        /// The version that it made, to converge to. It differs from the applied one by the artifact.
        version: VersionNumber,
        /// The service.
        service: ServiceName,
        /// Its slot.
        slot: SlotName,
        /// The options.
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
        /// What goes.
        #[serde(flatten)]
        what: DeleteChoices,
        /// The stored plan that was confirmed.
        #[serde(default)]
        plan_id: Option<PlanId>,
    },
    /// See [`CommandKind::Wake`].
    Wake(PowerScope),
    /// See [`CommandKind::Sleep`].
    Sleep {
        /// The sleep mode.
        #[serde(default)]
        mode: SleepMode,
        /// What sleeps, and why.
        #[serde(flatten)]
        scope: PowerScope,
    },
    /// See [`CommandKind::Prune`]. It is about the host: its stack is [`StackId::HOST`].
    Prune {
        /// The plan that was confirmed: exactly what it lists is removed, and nothing that is used by then.
        plan_id: PlanId,
    },
    /// A stored request that this version cannot read. It is never written; a worker that claims it lets it fail.
    #[serde(skip)]
    Unreadable {
        /// The kind, which is stored beside it.
        kind: CommandKind,
        /// What is wrong with it.
        reason: String,
    },
}

impl CommandPayload {
    /// The DELETE of everything, with or without the data in volumes.
    pub const fn delete(volumes: bool) -> Self {
        Self::Delete { what: DeleteChoices { containers: true, volumes, definition: true }, plan_id: None }
    }

    /// The kind alone.
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::Create { .. } => CommandKind::Create,
            Self::Update { .. } => CommandKind::Update,
            Self::Apply { .. } => CommandKind::Apply,
            Self::Rollback { .. } => CommandKind::Rollback,
            Self::Deploy { .. } => CommandKind::Deploy,
            Self::Start { .. } => CommandKind::Start,
            Self::Stop { .. } => CommandKind::Stop,
            Self::Restart { .. } => CommandKind::Restart,
            Self::Delete { .. } => CommandKind::Delete,
            Self::Wake(_) => CommandKind::Wake,
            Self::Sleep { .. } => CommandKind::Sleep,
            Self::Prune { .. } => CommandKind::Prune,
            Self::Unreadable { kind, .. } => *kind,
        }
    }

    /// The version it refers to, if any.
    pub fn version(&self) -> Option<VersionNumber> {
        match self {
            Self::Create { version }
            | Self::Update { version }
            | Self::Apply { version, .. }
            | Self::Rollback { version, .. }
            | Self::Deploy { version, .. } => Some(*version),
            Self::Start { .. }
            | Self::Stop { .. }
            | Self::Restart { .. }
            | Self::Delete { .. }
            | Self::Wake(_)
            | Self::Sleep { .. }
            | Self::Prune { .. }
            | Self::Unreadable { .. } => None,
        }
    }

    /// The options of APPLY, ROLLBACK and DEPLOY.
    pub fn options(&self) -> Option<&ApplyOptions> {
        match self {
            Self::Apply { options, .. } | Self::Rollback { options, .. } | Self::Deploy { options, .. } => {
                Some(options)
            }
            _ => None,
        }
    }

    /// The plan that was confirmed, if any.
    pub fn plan_id(&self) -> Option<PlanId> {
        match self {
            Self::Prune { plan_id } => Some(*plan_id),
            Self::Delete { plan_id, .. } => *plan_id,
            _ => self.options().and_then(|options| options.plan_id),
        }
    }

    /// The same with this on failure, if it is an APPLY, a ROLLBACK or a DEPLOY.
    #[must_use]
    pub fn with_on_failure(mut self, on_failure: OnFailure) -> Self {
        if let Self::Apply { options, .. } | Self::Rollback { options, .. } | Self::Deploy { options, .. } =
            &mut self
        {
            options.on_failure = on_failure;
        }
        self
    }
}

/// Options of APPLY, ROLLBACK and DEPLOY.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ApplyOptions {
    /// The stored plan that was confirmed. If the host has changed since, the command fails before its first effect, so
    /// that only confirmed effects happen.
    #[serde(default)]
    pub plan_id: Option<PlanId>,
    /// What to do if it fails.
    #[serde(default)]
    pub on_failure: OnFailure,
    /// When it counts as done.
    #[serde(default)]
    pub readiness: Readiness,
    /// Services whose containers are replaced although nothing about them has changed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub force_recreate: BTreeSet<ServiceName>,
}

/// When an APPLY counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// Every service is healthy; one without a health check has stayed up for the configured time.
    #[default]
    Ready,
    /// Every container was started, as with `docker compose up -d`.
    Started,
}

/// What a command did, for people and scripts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CommandResult {
    /// Engine effects performed in all attempts. Zero means that nothing had to be changed.
    pub effects: u32,
    /// What a person should know although it succeeded, one sentence each.
    #[serde(default)]
    pub notes: Vec<Message>,
    /// The version it went back to after a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_back_to: Option<VersionNumber>,
}

impl CommandResult {
    /// Stands for a stored result that this version cannot read.
    pub fn unreadable(reason: impl fmt::Display) -> Self {
        Self { notes: vec![said::stored_result_unreadable(reason)], ..Self::default() }
    }
}
