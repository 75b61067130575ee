//! The content of a line.

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::codec::Unreadable;
use super::outcome::Outcome;
use super::report::{FolderChange, StepProgress};
use super::said;
use super::{EffectNumber, EventKind};
use crate::command::{CommandResult, Failure, FailureCode, OpenWrite, Sentences};
use crate::ids::{ContainerId, StepId};
use crate::placement::{Putting, SlotPlace};
use crate::plan::{Fingerprint, Operation, Plan, Step, StepAction};
use crate::text::Label;

/// What happened. Never contains secrets or values of environment variables.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// See [`EventKind::Enqueued`].
    Enqueued,
    /// See [`EventKind::Held`]: the failed command.
    Held(OpenWrite),
    /// See [`EventKind::Claimed`].
    Claimed,
    /// See [`EventKind::Adopted`].
    Adopted,
    /// See [`EventKind::Planned`].
    Planned(Planned),
    /// See [`EventKind::Intent`].
    Intent(Intent),
    /// See [`EventKind::Outcome`].
    Outcome(Outcome),
    /// See [`EventKind::Progress`].
    Progress(StepProgress),
    /// The stack's folder on the host is about to be updated to the version.
    Folder(FolderChange),
    /// From here on the command goes back to the earlier release. The last output of the failure is the attachment.
    RollingBack {
        /// The failure, without its last output.
        failure: Box<Failure>,
        /// The number of lines in the attachment.
        lines: u32,
    },
    /// The command is about to end early: from here on it only brings back what it has interrupted, see
    /// [`Objective::Settle`](crate::planner::Objective::Settle). The last output of the failure is the attachment.
    Settling {
        /// The failure that it ends with, without its last output; `None` if it is cancelled.
        failure: Option<Box<Failure>>,
        /// The number of lines in the attachment.
        lines: u32,
    },
    /// A worker was shut down and leaves the command to the next one. An adoption after this is not a sign of a crash.
    Handover,
    /// An artifact in a container was seen to work.
    Verified(SlotPlace),
    /// See [`EventKind::Noted`].
    Noted(Message),
    /// See [`EventKind::Retrying`].
    Retrying {
        /// What went wrong.
        message: Message,
        /// Milliseconds until the next attempt.
        delay_ms: u64,
    },
    /// See [`EventKind::CancelRequested`].
    CancelRequested,
    /// See [`EventKind::Done`]; `None` if the command only wrote to the database.
    Done(Option<DoneSummary>),
    /// See [`EventKind::Failed`]. Hint and last output are stored with the command.
    Failed {
        /// The failure's code.
        code: FailureCode,
        /// Its message.
        message: Message,
        /// What else there is to say.
        also: Sentences,
        /// The affected object.
        subject: Option<Label>,
    },
    /// See [`EventKind::Cancelled`]; `None` if no worker had started it.
    Cancelled(Option<CancelledSummary>),
    /// See [`EventKind::Retried`].
    Retried,
    /// A stored line that this version cannot read. It is shown as stored; a worker that needs it stops.
    Unreadable(Unreadable),
}

/// A plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Planned {
    /// Its steps.
    pub steps: u64,
    /// Those of them that write to the engine.
    pub effects: u64,
    /// Its blockers.
    #[serde(alias = "problems")]
    pub blockers: u64,
    /// Whether a [`Baseline`](super::Baseline) is attached.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub baseline: bool,
}

impl Planned {
    /// The entry for `plan`.
    pub fn of(plan: &Plan, baseline: bool) -> Self {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Self {
            steps: count(plan.steps.len()),
            effects: count(plan.effects()),
            blockers: count(plan.blockers.len()),
            baseline,
        }
    }
}

/// An effect is about to be requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Its number.
    pub effect: EffectNumber,
    /// What kind it is.
    pub operation: Operation,
    /// The affected object, by name.
    pub target: Label,
    /// The affected container, if it exists.
    pub container: Option<ContainerId>,
    /// For a hook, its index in its stage.
    pub hook: Option<u32>,
    /// What it does, as text for people.
    pub action: Message,
    /// The reason, as text for people.
    pub cause: Message,
    /// Under a confirmed plan, the fingerprint of the step that it carries out.
    pub step: Option<Fingerprint>,
    /// The step's id: in the confirmed plan, if one was confirmed and has it, and otherwise in the plan that was made last.
    /// `None` for what a confirmed plan does not have, such as starting a former container again, and in records of earlier
    /// releases.
    pub step_id: Option<StepId>,
    /// For an artifact, what is put in.
    pub putting: Option<Box<Putting>>,
}

impl Intent {
    /// The intent to execute `step`, which affects the existing `container`.
    pub fn of(effect: EffectNumber, step: &Step, container: Option<ContainerId>) -> Self {
        let hook = match &step.action {
            StepAction::RunHook { index, .. } => Some(*index),
            _ => None,
        };
        let putting = match &step.action {
            StepAction::PutArtifact(put) => {
                Some(Box::new(Putting { slot: put.slot.clone(), content: put.content.clone() }))
            }
            _ => None,
        };
        Self {
            effect,
            operation: step.action.op(),
            target: step.action.subject().into(),
            container,
            hook,
            action: step.action.message(),
            cause: step.cause.message(),
            step: None,
            step_id: Some(step.id),
            putting,
        }
    }
}

/// How a command ended successfully.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneSummary {
    /// Effects performed in all attempts.
    pub effects: u32,
    /// The command's notes.
    pub notes: Notes,
}

impl DoneSummary {
    /// The entry for `result`.
    pub fn of(result: &CommandResult) -> Self {
        Self { effects: result.effects, notes: Notes::new(&result.notes) }
    }
}

/// How a running command was cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelledSummary {
    /// The reason, if it was not requested.
    pub code: Option<FailureCode>,
    /// What was done and what was not.
    pub notes: Notes,
}

/// Maximum number of notes in a line.
pub const NOTES: usize = 200;

/// Maximum size of all notes of a line, in bytes.
const NOTES_BYTES: usize = 16 << 10;

/// Notes for people. A line has at most [`NOTES`] of them; the last one then says how many were omitted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Notes(Vec<Message>);

impl Notes {
    /// The first of `notes`, up to the limits.
    pub fn new(notes: &[Message]) -> Self {
        let mut bytes = 0;
        let mut kept: Vec<Message> = notes
            .iter()
            .take(NOTES)
            .take_while(|note| {
                bytes += note.size();
                bytes <= NOTES_BYTES
            })
            .cloned()
            .collect();
        let more = notes.len() - kept.len();
        if more > 0 {
            kept.push(said::more_notes(more));
        }
        Self(kept)
    }

    /// The notes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Message> {
        self.0.iter()
    }
}

impl Entry {
    /// The kind of its line.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Enqueued => EventKind::Enqueued,
            Self::Held(_) => EventKind::Held,
            Self::Claimed => EventKind::Claimed,
            Self::Adopted => EventKind::Adopted,
            Self::Planned(_) => EventKind::Planned,
            Self::Intent(_) => EventKind::Intent,
            Self::Outcome(_) => EventKind::Outcome,
            Self::Progress(_)
            | Self::Folder(_)
            | Self::RollingBack { .. }
            | Self::Settling { .. }
            | Self::Handover
            | Self::Verified(_) => EventKind::Progress,
            Self::Noted(_) => EventKind::Noted,
            Self::Retrying { .. } => EventKind::Retrying,
            Self::CancelRequested => EventKind::CancelRequested,
            Self::Done(_) => EventKind::Done,
            Self::Failed { .. } => EventKind::Failed,
            Self::Cancelled(_) => EventKind::Cancelled,
            Self::Retried => EventKind::Retried,
            Self::Unreadable(unreadable) => unreadable.kind,
        }
    }

    /// The entry for a failure.
    pub fn failed(failure: &Failure) -> Self {
        Self::Failed {
            code: failure.code,
            message: failure.message.clone(),
            also: failure.also.clone(),
            subject: failure.subject.clone(),
        }
    }
}
