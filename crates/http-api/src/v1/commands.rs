//! Commands, and the requests that make them.

use std::collections::BTreeSet;

use core_monitor_application::server::{ShownCommand, Wanted};
use core_monitor_domain::command::{
    ApplyOptions, Command, CommandKind, CommandPayload, CommandResult, CommandStatus, Failure, Lane,
    OnFailure, OpenWrite, Readiness,
};
use core_monitor_domain::ids::{CommandId, PlanId, Seq, StackId, VersionNumber};
use core_monitor_domain::journal::Progress;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};
use uuid::Uuid;

use crate::request::page_of;
use crate::v1::actor::ActorBody;
use crate::v1::commands::payload::PayloadSchema;
use crate::v1::message::{MessageBody, bodies};
use crate::v1::offer::{OfferBody, offers};
use crate::v1::words::{CommandKindWord, CommandStatusWord, FailureCodeWord};

pub(crate) use headers::{IdempotencyHeader, IfMatchHeader, QueuedHeaders, SavedHeaders};
pub(crate) use payload::{PowerCauseBody, cause as power_cause};

pub(crate) mod cancel;
pub(crate) mod events;
mod headers;
pub(crate) mod list;
pub(crate) mod payload;
pub(crate) mod retry;
pub(crate) mod show;

/// One accepted write.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Command)]
pub(crate) struct CommandBody {
    #[schema(value_type = Uuid, example = "0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9aa")]
    command_id: CommandId,
    /// Position among all commands.
    #[schema(value_type = i64, example = 42)]
    seq: Seq,
    /// The lane in which the command is ordered: `writes` for requests of users; `power/<stack id>` for `WAKE` and `SLEEP`,
    /// which the system creates itself.
    #[schema(value_type = String, example = "writes")]
    lane: Lane,
    /// The stack it changes.
    #[schema(value_type = Option<Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    /// What it does.
    #[schema(value_type = CommandKindWord, example = "APPLY")]
    kind: CommandKind,
    /// The version the command is for, if any.
    #[schema(value_type = Option<u32>, example = 2)]
    version: Option<VersionNumber>,
    /// The request, with every option: what it left out is filled in, so it says what will happen.
    /// Null if a newer release stored it, which this one cannot read.
    #[schema(value_type = Option<PayloadSchema>)]
    payload: serde_json::Value,
    #[schema(value_type = CommandStatusWord, example = "PENDING")]
    status: CommandStatus,
    /// Who requested it.
    principal: ActorBody,
    timestamps: CommandTimestamps,
    /// How many times a worker has started it.
    #[schema(example = 0)]
    attempt: u32,
    /// How many times it was retried after a failure.
    #[schema(example = 0)]
    retry: u32,
    /// Why it failed; kept if the command is cancelled afterwards.
    failure: Option<Box<FailureBody>>,
    /// What it did; set when the command is `DONE`, and when a worker ended it as `CANCELLED`.
    result: Option<ResultBody>,
    /// How far it has come; null unless it is running.
    progress: Option<CommandProgress>,
    /// The command that has to end, or to be retried or cancelled, before this one starts; null if it waits for none.
    waits_behind: Option<HolderBody>,
    /// What can be done to it now.
    actions: Vec<OfferBody>,
}

/// The stack of a command, an event or a plan; `None` if it is about the host.
pub(crate) fn of_stack(stack: StackId) -> Option<StackId> {
    (!stack.is_host()).then_some(stack)
}

/// A command that others wait behind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holder)]
pub(crate) struct HolderBody {
    #[schema(value_type = Uuid, example = "0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9ab")]
    command_id: CommandId,
    /// Position among all commands.
    #[schema(value_type = i64, example = 41)]
    seq: Seq,
    /// The stack it changes.
    #[schema(value_type = Option<Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d11")]
    stack_id: Option<StackId>,
    /// What it does.
    #[schema(value_type = CommandKindWord, example = "APPLY")]
    kind: CommandKind,
    /// `FAILED` if it waits for a person.
    #[schema(value_type = CommandStatusWord, example = "FAILED")]
    status: CommandStatus,
    /// Since when it has that status.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:07Z")]
    since: Timestamp,
}

impl From<OpenWrite> for HolderBody {
    fn from(holder: OpenWrite) -> Self {
        let OpenWrite { seq, id, stack_id, kind, status, since } = holder;
        Self { command_id: id, seq, stack_id: of_stack(stack_id), kind, status, since }
    }
}

/// How far a running command has come.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommandProgress {
    /// How many changes to the engine have succeeded.
    #[schema(example = 3)]
    done: u64,
    /// How many there will be, by the last plan.
    #[schema(example = 7)]
    total: u64,
    /// What is going on: the changes that were requested, and then what is waited for.
    current: Vec<MessageBody>,
    /// When the wait that may last longest is given up; null if nothing is waited for.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:15:00Z")]
    deadline: Option<Timestamp>,
}

impl From<Progress> for CommandProgress {
    fn from(progress: Progress) -> Self {
        Self {
            done: progress.done,
            total: progress.total,
            current: bodies(&progress.current()),
            deadline: progress.deadline(),
        }
    }
}

impl From<ShownCommand> for CommandBody {
    fn from(shown: ShownCommand) -> Self {
        let progress = shown.progress.map(CommandProgress::from);
        let waits_behind = shown.waits_behind.map(HolderBody::from);
        Self { progress, waits_behind, ..shown.command.into() }
    }
}

page_of! {
    /// Commands.
    CommandPage of CommandBody
}

/// When the command changed its status.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names stand alone in the JSON")]
pub(crate) struct CommandTimestamps {
    /// When the command was accepted.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// When a worker first started it.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:00.01Z")]
    started_at: Option<Timestamp>,
    /// When it became `DONE`, `FAILED` or `CANCELLED`.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:07Z")]
    finished_at: Option<Timestamp>,
    /// When cancellation was requested while it was running; the worker stops at the next safe point.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:05Z")]
    cancel_requested_at: Option<Timestamp>,
}

/// Why a command failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Failure)]
pub(crate) struct FailureBody {
    /// Stable code; `docs/reference/errors.md` lists all of them.
    #[schema(value_type = FailureCodeWord, example = "SERVICE_EXITED")]
    code: &'static str,
    /// What happened.
    message: MessageBody,
    /// What else there is to say, at most 41 sentences: what else is in the way, how a rollback ended, which containers were
    /// started again. The last one may say how many were left out.
    #[schema(example = json!([]))]
    also: Vec<MessageBody>,
    /// What to try.
    hint: Option<MessageBody>,
    /// Name of the affected object.
    #[schema(example = "shop-etl-1")]
    subject: Option<String>,
    /// The last lines the container wrote, oldest first, at most 50.
    #[schema(example = json!(["connection refused"]))]
    logs: Vec<String>,
}

/// What a command did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CommandResult)]
pub(crate) struct ResultBody {
    /// Number of changes made to the engine over all attempts; 0 if everything was already up to date.
    #[schema(example = 12)]
    effects: u32,
    /// The version it went back to after a failure, because `on_failure` was `rollback`; null if it did not.
    #[schema(value_type = Option<u32>, example = json!(null))]
    rolled_back_to: Option<VersionNumber>,
    /// Remarks about what was done.
    notes: Vec<MessageBody>,
}

impl From<Command> for CommandBody {
    fn from(command: Command) -> Self {
        Self {
            actions: offers(command.offers()),
            progress: None,
            waits_behind: None,
            command_id: command.id,
            seq: command.seq,
            lane: command.lane(),
            stack_id: of_stack(command.stack_id),
            kind: command.payload.kind(),
            version: command.payload.version(),
            payload: payload::body(&command.payload),
            status: command.status,
            principal: command.principal.into(),
            timestamps: CommandTimestamps {
                created_at: command.created_at,
                started_at: command.started_at,
                finished_at: command.finished_at,
                cancel_requested_at: command.cancel_requested_at,
            },
            attempt: command.attempt,
            retry: command.retry,
            failure: command.failure.map(|failure| Box::new(failure.into())),
            result: command.result.map(ResultBody::from),
        }
    }
}

impl From<Failure> for FailureBody {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code.as_str(),
            message: failure.message.into(),
            also: bodies(&failure.also.all()),
            hint: failure.hint.map(MessageBody::from),
            subject: failure.subject.map(|subject| subject.to_string()),
            logs: failure.logs.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<CommandResult> for ResultBody {
    fn from(result: CommandResult) -> Self {
        Self { effects: result.effects, rolled_back_to: result.rolled_back_to, notes: bodies(&result.notes) }
    }
}

/// Options of an apply.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ApplyOptions, example = json!({"on_failure": "hold", "readiness": "ready"}))]
pub(crate) struct ApplyBody {
    /// A confirmed plan. If the host has changed since, the command fails with `PLAN_STALE` and changes nothing. If the host
    /// changes while the plan is carried out, the command fails with `PLAN_STALE` before the first effect that is not in
    /// the plan, or that it has done already and somebody has undone; what it has done until then remains.
    plan_id: Option<Uuid>,
    /// If left out, the default of the stack.
    on_failure: Option<OnFailureWord>,
    readiness: ReadinessWord,
    /// Services whose containers are replaced although nothing about them has changed.
    #[schema(value_type = Vec<String>, example = json!(["web"]))]
    force_recreate: BTreeSet<ServiceName>,
}

impl ApplyBody {
    /// The command with these options.
    pub(crate) fn wanted(self, command: impl FnOnce(ApplyOptions) -> CommandPayload) -> Wanted {
        let leaves_on_failure = self.on_failure.is_none();
        let options = ApplyOptions {
            plan_id: self.plan_id.map(PlanId),
            on_failure: self.on_failure.map(OnFailure::from).unwrap_or_default(),
            readiness: self.readiness.into(),
            force_recreate: self.force_recreate,
        };
        Wanted { payload: command(options), leaves_on_failure }
    }
}

/// What to do on failure: `hold` leaves everything as it is and blocks all later writes until somebody retries or cancels
/// the command; `rollback` returns to the previous release; `continue` leaves everything as it is, and the queue goes on with
/// the next command. With the last two, the command ends `CANCELLED` with its failure. A command that fails with `PLAN_STALE`
/// never rolls back, since the rollback was not confirmed either.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OnFailure)]
pub(crate) enum OnFailureWord {
    Hold,
    Rollback,
    Continue,
}

impl From<OnFailure> for OnFailureWord {
    fn from(choice: OnFailure) -> Self {
        match choice {
            OnFailure::Hold => Self::Hold,
            OnFailure::Rollback => Self::Rollback,
            OnFailure::Continue => Self::Continue,
        }
    }
}

impl From<OnFailureWord> for OnFailure {
    fn from(word: OnFailureWord) -> Self {
        match word {
            OnFailureWord::Hold => Self::Hold,
            OnFailureWord::Rollback => Self::Rollback,
            OnFailureWord::Continue => Self::Continue,
        }
    }
}

/// When the command counts as done: `ready` once every service is healthy or, without a health check, stable; `started`
/// once every container has been started.
#[derive(Debug, Default, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Readiness)]
pub(crate) enum ReadinessWord {
    #[default]
    Ready,
    Started,
}

impl From<ReadinessWord> for Readiness {
    fn from(word: ReadinessWord) -> Self {
        match word {
            ReadinessWord::Ready => Self::Ready,
            ReadinessWord::Started => Self::Started,
        }
    }
}

/// One service, or the whole stack.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServiceChoice {
    /// The service; if omitted, the whole stack.
    #[schema(value_type = Option<String>, example = "web", pattern = "^[A-Za-z0-9._-]+$")]
    pub(crate) service: Option<ServiceName>,
}

/// Responses to a request that enqueues a command.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum Queued {
    /// The command ended within `wait` seconds. Check its `status`: it may have failed.
    #[response(status = 200, headers(
        ("Location" = String, description = "Path of the command."),
        ("ETag" = String, description = "Send it in `If-Match` with the next write; absent once the stack is deleted."),
        ("Idempotency-Replayed" = String, description = "`true` if an earlier request with the same key created the command."),
    ))]
    Ended(CommandBody),
    /// The command is in the queue, durably. It runs once every earlier command in the lane `writes` is `DONE` or
    /// `CANCELLED`; with the setting `failure_scope = related`, failed commands of unrelated stacks are passed.
    #[response(status = 202, headers(
        ("Location" = String, description = "Path of the command."),
        ("ETag" = String, description = "Send it in `If-Match` with the next write."),
        ("Idempotency-Replayed" = String, description = "`true` if an earlier request with the same key created the command."),
    ))]
    Accepted(CommandBody),
}
