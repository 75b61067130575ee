//! Commands, and the requests that make them.

use core_monitor_domain::command::{
    ApplyOptions, Command, CommandKind, CommandResult, CommandStatus, Failure, OnFailure, Readiness,
};
use core_monitor_domain::ids::{CommandId, PlanId, Seq, StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use uuid::Uuid;

use crate::v1::words::{CommandStatusWord, CommandTypeWord};

pub(crate) mod cancel;
pub(crate) mod events;
pub(crate) mod list;
pub(crate) mod retry;
pub(crate) mod show;

/// One accepted write.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Command)]
pub(crate) struct CommandBody {
    #[schema(value_type = Uuid, example = "0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9aa")]
    command_id: CommandId,
    /// Place in the one queue of all commands.
    #[schema(value_type = i64, example = 42)]
    seq: Seq,
    /// The stack it changes.
    #[schema(value_type = Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    /// What it does.
    #[serde(rename = "type")]
    #[schema(value_type = CommandTypeWord, example = "APPLY")]
    kind: CommandKind,
    /// The version it names, if it names one.
    #[schema(value_type = Option<u32>, example = 2)]
    version: Option<VersionNumber>,
    /// What was asked for, with every option.
    #[schema(value_type = Object, example = json!({"kind": "APPLY", "version": 2, "plan_id": null, "on_failure": "hold", "readiness": "ready"}))]
    payload: serde_json::Value,
    #[schema(value_type = CommandStatusWord, example = "PENDING")]
    status: CommandStatus,
    /// Who asked.
    #[schema(example = "admin")]
    principal: String,
    timestamps: CommandTimestamps,
    /// How many times a worker took it up.
    #[schema(example = 0)]
    attempt: u32,
    /// How many times somebody retried it after a failure.
    #[schema(example = 0)]
    retry: u32,
    /// Why it failed; kept when it is cancelled afterwards.
    failure: Option<FailureBody>,
    /// What it did; set with `DONE`.
    result: Option<ResultBody>,
}

/// What happened to a command when.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names stand alone in the JSON")]
pub(crate) struct CommandTimestamps {
    /// It was accepted.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// A worker first took it up.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:00.01Z")]
    started_at: Option<Timestamp>,
    /// It reached `DONE`, `FAILED` or `CANCELLED`.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:07Z")]
    finished_at: Option<Timestamp>,
    /// Somebody asked to cancel it while it ran; the worker stops at a safe point.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:05Z")]
    cancel_requested_at: Option<Timestamp>,
}

/// Why a command failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Failure)]
pub(crate) struct FailureBody {
    /// Stable word, see `docs/reference/errors.md`.
    #[schema(example = "SERVICE_EXITED")]
    code: &'static str,
    #[schema(example = "the job `etl` ended with exit code 3")]
    message: String,
    /// What to try.
    hint: Option<String>,
    /// What it happened to, by name.
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
    /// Writes to the engine over all attempts; 0 when everything was already as asked.
    #[schema(example = 12)]
    effects: u32,
    /// What a person should know although it worked.
    notes: Vec<String>,
}

impl From<Command> for CommandBody {
    fn from(command: Command) -> Self {
        Self {
            command_id: command.id,
            seq: command.seq,
            stack_id: command.stack_id,
            kind: command.payload.kind(),
            version: command.payload.version(),
            // Maps with string keys and scalars: it can always be written as JSON.
            payload: serde_json::to_value(&command.payload).unwrap_or_default(),
            status: command.status,
            principal: command.principal,
            timestamps: CommandTimestamps {
                created_at: command.created_at,
                started_at: command.started_at,
                finished_at: command.finished_at,
                cancel_requested_at: command.cancel_requested_at,
            },
            attempt: command.attempt,
            retry: command.retry,
            failure: command.failure.map(FailureBody::from),
            result: command.result.map(ResultBody::from),
        }
    }
}

impl From<Failure> for FailureBody {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code.as_str(),
            message: failure.message,
            hint: failure.hint,
            subject: failure.subject,
            logs: failure.logs,
        }
    }
}

impl From<CommandResult> for ResultBody {
    fn from(result: CommandResult) -> Self {
        Self { effects: result.effects, notes: result.notes }
    }
}

/// How to apply.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ApplyOptions, example = json!({"on_failure": "hold", "readiness": "ready"}))]
pub(crate) struct ApplyBody {
    /// The plan that was confirmed. It is carried out exactly, or not at all.
    plan_id: Option<Uuid>,
    on_failure: OnFailureWord,
    readiness: ReadinessWord,
}

impl From<ApplyBody> for ApplyOptions {
    fn from(body: ApplyBody) -> Self {
        Self {
            plan_id: body.plan_id.map(PlanId),
            on_failure: body.on_failure.into(),
            readiness: body.readiness.into(),
        }
    }
}

/// What a failure does to the stack: `hold` leaves everything as it is and blocks the queue until a person decides;
/// `rollback` goes back to the previous release.
#[derive(Debug, Default, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OnFailure)]
pub(crate) enum OnFailureWord {
    #[default]
    Hold,
    Rollback,
}

impl From<OnFailureWord> for OnFailure {
    fn from(word: OnFailureWord) -> Self {
        match word {
            OnFailureWord::Hold => Self::Hold,
            OnFailureWord::Rollback => Self::Rollback,
        }
    }
}

/// When it counts as done: `ready` when every service is healthy or, without a health check, stable; `started` when every
/// container was started.
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
    /// The service; the whole stack when left out.
    #[schema(value_type = Option<String>, example = "web", pattern = "^[A-Za-z0-9._-]+$")]
    pub(crate) service: Option<ServiceName>,
}

/// Headers of a write to an existing stack. For the document only: they are read together with the body.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct QueuedHeaders {
    /// The `ETag` of the stack as it was last read, such as `"v2.42"`, or `*` to write whatever the state.
    #[param(rename = "If-Match", example = "*")]
    if_match: String,
    /// The same key with the same request is carried out once, however often it is sent. A UUID makes a good one.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    idempotency_key: Option<String>,
}

/// The header of a write to something that is not there yet. For the document only.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct IdempotencyHeader {
    /// The same key with the same request is carried out once, however often it is sent. A UUID makes a good one.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    idempotency_key: Option<String>,
}

/// Answers to a request that puts a command into the queue.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum Queued {
    /// The command has ended within the time of `wait`. Look at its `status`: it may have failed.
    #[response(status = 200, headers(
        ("Location" = String, description = "Address of the command."),
        ("ETag" = String, description = "What to send in `If-Match` with the next write; absent once the stack is deleted."),
        ("Idempotency-Replayed" = String, description = "`true` when an earlier request with the same key made the command."),
    ))]
    Ended(CommandBody),
    /// The command is in the queue and survives a power cut. It runs when every earlier one is `DONE` or `CANCELLED`.
    #[response(status = 202, headers(
        ("Location" = String, description = "Address of the command."),
        ("ETag" = String, description = "What to send in `If-Match` with the next write."),
        ("Idempotency-Replayed" = String, description = "`true` when an earlier request with the same key made the command."),
    ))]
    Accepted(CommandBody),
}
