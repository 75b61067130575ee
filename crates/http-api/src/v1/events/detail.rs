//! What events say beyond their kind, each kind in its own form.

use core_monitor_domain::command::Failure;
use core_monitor_domain::journal::{Answer, Entry, FolderChange, Made, Outcome, Report, StepProgress};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::commands::{FailureBody, HolderBody};
use crate::v1::message::{MessageBody, bodies};
use crate::v1::words::{ErrorClassWord, FailureCodeWord, StepOpWord, word};

/// The detail of an event. The document shows which kind has which, see `document/events.rs`.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum DetailBody {
    None,
    Held(HolderBody),
    Planned(PlannedDetail),
    Intent(IntentDetail),
    Outcome(OutcomeDetail),
    Progress(ProgressDetail),
    Noted(NotedDetail),
    Retrying(RetryingDetail),
    Done(DoneDetail),
    Failed(FailedDetail),
    Cancelled(CancelledDetail),
    AsStored(serde_json::Value),
}

/// A plan was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlannedDetail {
    /// How many steps it has.
    #[schema(example = 5)]
    steps: u64,
    /// How many of them change the engine.
    #[schema(example = 3)]
    effects: u64,
    /// What prevents it from being carried out; if there is anything, no step is taken.
    #[schema(example = 0)]
    blockers: u64,
}

/// A change to the engine is about to be requested.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IntentDetail {
    /// The number of the change within the command, from 1. Its `OUTCOME` has the same number.
    #[schema(example = 2)]
    effect: u64,
    /// The step in the confirmed plan, if the command carries one out; otherwise in the plan of the last `PLANNED`. Null for what
    /// the confirmed plan does not have, such as starting a former container again, and in events of earlier releases.
    #[schema(example = 2)]
    step_id: Option<u32>,
    /// The kind of the step.
    #[schema(value_type = StepOpWord, example = "create_container")]
    op: &'static str,
    /// Name of the container, network, volume or image.
    #[schema(example = "shop-web-1")]
    target: String,
    /// What is done.
    action: MessageBody,
    /// Why.
    cause: MessageBody,
    /// The container it is about, if it exists already.
    #[schema(example = json!(null))]
    container_id: Option<String>,
}

/// How a change to the engine ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutcomeDetail {
    /// The number of its `INTENT`.
    #[schema(example = 2)]
    effect: u64,
    /// The kind of the step.
    #[schema(value_type = StepOpWord, example = "create_container")]
    op: &'static str,
    /// Name of the container, network, volume or image.
    #[schema(example = "shop-web-1")]
    target: String,
    /// Whether the engine did it.
    #[schema(example = true)]
    ok: bool,
    /// Milliseconds from the request to the answer; null if there was no answer.
    #[schema(example = 41)]
    took_ms: Option<u64>,
    /// Why it failed; null if it did not, or if the answer is unknown.
    #[schema(value_type = Option<ErrorClassWord>, example = json!(null))]
    error_class: Option<String>,
    /// The words of the failure.
    #[schema(example = json!(null))]
    message: Option<MessageBody>,
    /// It failed, and the command goes on.
    #[schema(example = false)]
    tolerated: bool,
    /// The answer is unknown, and this is what the engine shows instead.
    #[schema(example = json!(null))]
    observed: Option<String>,
    /// The container it created.
    #[schema(example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
    container_id: Option<String>,
    /// The network it created.
    #[schema(example = json!(null))]
    network_id: Option<String>,
    /// The image it pulled or built.
    #[schema(example = json!(null))]
    image_id: Option<String>,
    /// Warnings of the engine.
    #[schema(example = json!([]))]
    warnings: Vec<MessageBody>,
}

/// What is going on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = Progress)]
pub(crate) enum ProgressDetail {
    /// It waits for a container.
    Waiting {
        /// The kind of the step.
        #[schema(value_type = StepOpWord, example = "await_healthy")]
        op: &'static str,
        /// The name of the container.
        #[schema(example = "shop-web-1")]
        target: String,
        /// The state of the container, such as `starting`.
        #[schema(example = "starting")]
        state: String,
        /// When the wait is given up; null in events of earlier releases.
        #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:05:00Z")]
        until: Option<Timestamp>,
    },
    /// It pulls an image.
    Pulling {
        /// The image.
        #[schema(example = "nginx:1.27")]
        target: String,
        /// In the words of the engine.
        #[schema(example = "Downloading")]
        status: String,
        /// Number of layers.
        #[schema(example = 7)]
        layers: u64,
        /// Bytes so far.
        #[schema(example = 1_048_576)]
        current: u64,
        /// All bytes known so far.
        #[schema(example = 52_428_800)]
        total: u64,
    },
    /// It builds an image.
    Building {
        /// The image.
        #[schema(example = "shop-web")]
        target: String,
        /// In the words of the engine.
        #[schema(example = "Building")]
        status: String,
        /// The current step of the build.
        #[schema(example = "[2/4] RUN make")]
        step: Option<String>,
        /// The output since the last event, at most 40 lines.
        #[schema(example = json!(["cc -o app app.c"]))]
        lines: Vec<String>,
        /// How many earlier lines were left out.
        #[schema(example = 0)]
        skipped: u64,
    },
    /// It writes the files of the stack's folder.
    WritingFiles {
        /// The first files that are written.
        #[schema(example = json!(["conf/app.conf"]))]
        write: Vec<String>,
        /// The first files that are removed.
        #[schema(example = json!([]))]
        remove: Vec<String>,
        /// How many are written.
        #[schema(example = 1)]
        written: u64,
        /// How many are removed.
        #[schema(example = 0)]
        removed: u64,
    },
    /// The command failed, and goes back to the earlier release.
    RollingBack {
        /// The failure, without the last lines of the container.
        failure: FailureBody,
    },
    /// The command is about to end early, and only brings back what it has interrupted.
    Settling {
        /// The failure that it ends with, without the last lines of the container; null if it is cancelled.
        failure: Option<FailureBody>,
    },
    /// The worker is shut down, and leaves the command to the next one.
    HandingOver,
    /// An artifact was seen to work.
    Verified {
        /// The container that it is in.
        #[schema(example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
        container_id: String,
        /// The slot.
        #[schema(example = "app")]
        slot: String,
    },
}

/// A remark.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotedDetail {
    note: MessageBody,
}

/// A passing error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RetryingDetail {
    /// What went wrong.
    message: MessageBody,
    /// Milliseconds until the next attempt.
    #[schema(example = 500)]
    in_ms: u64,
}

/// The command is done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoneDetail {
    /// Number of changes made to the engine over all attempts.
    #[schema(example = 12)]
    effects: u32,
    /// Remarks about what was done.
    #[schema(example = json!([]))]
    notes: Vec<MessageBody>,
}

/// The command failed. Its hint and its last lines are with the command.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FailedDetail {
    #[schema(value_type = FailureCodeWord, example = "SERVICE_EXITED")]
    code: &'static str,
    message: MessageBody,
    /// What else there is to say; the last sentence may say how many were left out.
    #[schema(example = json!([]))]
    also: Vec<MessageBody>,
    /// Name of the affected object.
    #[schema(example = "shop-etl-1")]
    subject: Option<String>,
}

/// The command was cancelled while it was running.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CancelledDetail {
    /// Why, if nobody asked for it.
    #[schema(value_type = Option<FailureCodeWord>, example = json!(null))]
    code: Option<&'static str>,
    /// What was done and what was not.
    notes: Vec<MessageBody>,
}

impl From<Entry> for DetailBody {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Enqueued
            | Entry::Claimed
            | Entry::Adopted
            | Entry::CancelRequested
            | Entry::Retried
            | Entry::Done(None)
            | Entry::Cancelled(None) => Self::None,
            Entry::Held(holder) => Self::Held(holder.into()),
            Entry::Planned(planned) => Self::Planned(PlannedDetail {
                steps: planned.steps,
                effects: planned.effects,
                blockers: planned.blockers,
            }),
            Entry::Intent(intent) => Self::Intent(IntentDetail {
                effect: intent.effect.0,
                step_id: intent.step_id.map(|id| id.0),
                op: intent.operation.as_str(),
                target: intent.target.to_string(),
                action: intent.action.into(),
                cause: intent.cause.into(),
                container_id: intent.container.map(|id| id.0),
            }),
            Entry::Outcome(outcome) => Self::Outcome(outcome.into()),
            Entry::Progress(progress) => Self::Progress(progress.into()),
            Entry::Folder(FolderChange { write, remove, written, removed, overwritten: _ }) => {
                let texts = |texts: Vec<core_monitor_domain::text::Text<256>>| {
                    texts.iter().map(ToString::to_string).collect()
                };
                let (write, remove) = (texts(write), texts(remove));
                Self::Progress(ProgressDetail::WritingFiles { write, remove, written, removed })
            }
            Entry::RollingBack { failure, .. } => {
                let failure: Failure = *failure;
                Self::Progress(ProgressDetail::RollingBack { failure: failure.into() })
            }
            Entry::Settling { failure, .. } => {
                let failure = failure.map(|failure| FailureBody::from(*failure));
                Self::Progress(ProgressDetail::Settling { failure })
            }
            Entry::Handover => Self::Progress(ProgressDetail::HandingOver),
            Entry::Verified(place) => {
                let (container_id, slot) = (place.container.0, place.slot.to_string());
                Self::Progress(ProgressDetail::Verified { container_id, slot })
            }
            Entry::Noted(note) => Self::Noted(NotedDetail { note: note.into() }),
            Entry::Retrying { message, delay_ms } => {
                Self::Retrying(RetryingDetail { message: message.into(), in_ms: delay_ms })
            }
            Entry::Done(Some(summary)) => {
                Self::Done(DoneDetail { effects: summary.effects, notes: bodies(summary.notes.iter()) })
            }
            Entry::Failed { code, message, also, subject } => Self::Failed(FailedDetail {
                code: code.as_str(),
                message: message.into(),
                also: bodies(&also.all()),
                subject: subject.map(|subject| subject.to_string()),
            }),
            Entry::Cancelled(Some(summary)) => Self::Cancelled(CancelledDetail {
                code: summary.code.map(core_monitor_domain::command::FailureCode::as_str),
                notes: bodies(summary.notes.iter()),
            }),
            Entry::Unreadable(unreadable) => Self::AsStored(unreadable.detail),
        }
    }
}

impl From<Outcome> for OutcomeDetail {
    fn from(outcome: Outcome) -> Self {
        let mut detail = Self {
            effect: outcome.effect.0,
            op: outcome.operation.as_str(),
            target: outcome.target.to_string(),
            ok: false,
            took_ms: outcome.took_ms,
            error_class: None,
            message: None,
            tolerated: false,
            observed: None,
            container_id: None,
            network_id: None,
            image_id: None,
            warnings: Vec::new(),
        };
        match outcome.answer {
            Answer::Succeeded { made, warnings } => {
                detail.ok = true;
                detail.warnings = bodies(&warnings);
                match made {
                    // Which artifact it was is in the intent.
                    Made::Nothing | Made::Placed(_) | Made::Activated(_) => {}
                    Made::Container(id) => detail.container_id = Some(id.0),
                    Made::Network(id) => detail.network_id = Some(id.0),
                    Made::Image(id) => detail.image_id = Some(id.0),
                }
            }
            Answer::Failed { class, message, tolerated } => {
                detail.error_class = Some(word(class));
                detail.message = Some(message.into());
                detail.tolerated = tolerated;
            }
            Answer::Seen(sighting) => detail.observed = Some(word(sighting)),
        }
        detail
    }
}

impl From<StepProgress> for ProgressDetail {
    fn from(progress: StepProgress) -> Self {
        let target = progress.target.to_string();
        match progress.report {
            Report::State { state, until } => {
                let (op, state) = (progress.operation.as_str(), state.to_string());
                Self::Waiting { op, target, state, until }
            }
            Report::Pull { status, layers, current, total } => {
                Self::Pulling { target, status: status.to_string(), layers, current, total }
            }
            Report::Build { status, step, lines, skipped } => Self::Building {
                target,
                status: status.to_string(),
                step: step.map(|step| step.to_string()),
                lines: lines.iter().map(ToString::to_string).collect(),
                skipped,
            },
        }
    }
}
