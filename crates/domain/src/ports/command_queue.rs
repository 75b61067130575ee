//! The queue as those see it who put commands into it and read them.

use std::time::Duration;

use async_trait::async_trait;

use super::StoreError;
use crate::command::{Command, CommandKind, CommandPayload, CommandStatus};
use crate::command_event::CommandEvent;
use crate::ids::{CommandId, Seq, StackId};
use crate::stack::Revision;
use crate::time::Timestamp;

/// The queue, from outside.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CommandQueue: Send + Sync {
    /// T1. Checks the idempotency key first, then that stack and version exist, then the precondition; then
    /// assigns the next seq. When it returns, the command survives a power cut.
    async fn enqueue(&self, command: NewCommand) -> Result<Enqueued, EnqueueError>;

    /// T7 and T9 at once, T6 as a request. In one transaction with the audit.
    async fn cancel(&self, id: CommandId, principal: &str, now: Timestamp) -> Result<Cancelled, StoreError>;

    /// T8.
    async fn retry(&self, id: CommandId, principal: &str, now: Timestamp) -> Result<Retried, StoreError>;

    /// One command.
    async fn find(&self, id: CommandId) -> Result<Option<Command>, StoreError>;

    /// Commands, newest first.
    async fn list(&self, filter: &CommandFilter) -> Result<Page<Command>, StoreError>;

    /// The record of one command or of the whole system, oldest first.
    async fn events(&self, filter: &EventFilter) -> Result<Vec<CommandEvent>, StoreError>;

    /// Id of the newest event; 0 when there is none.
    async fn last_event(&self) -> Result<i64, StoreError>;

    /// Head and length of the queue.
    async fn overview(&self) -> Result<QueueOverview, StoreError>;

    /// What has ended since the beginning, by kind and status. Without what never happened.
    async fn totals(&self) -> Result<Vec<CommandTotal>, StoreError>;
}

/// A command to be accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCommand {
    /// Its identity, from the id source.
    pub id: CommandId,
    /// The stack it changes.
    pub stack_id: StackId,
    /// What it asks for.
    pub payload: CommandPayload,
    /// Who asks.
    pub principal: String,
    /// Repeat protection.
    pub idempotency: Option<Idempotency>,
    /// What the caller believes of the stack.
    pub if_match: IfMatch,
    /// Now.
    pub now: Timestamp,
}

/// Repeat protection of a write, unique per principal and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The caller's key.
    pub key: String,
    /// `sha256:` of method, route and body: the same key with another request is a mistake.
    pub fingerprint: String,
}

/// The precondition of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever the state is.
    Any,
    /// Only in this state.
    Exactly(Revision),
}

/// An accepted command.
#[derive(Debug, Clone, PartialEq)]
pub enum Enqueued {
    /// It is new.
    New(Command),
    /// The same request was accepted before; this is the command it made, as it stands now.
    Replayed(Command),
}

/// Why a command was not accepted. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum EnqueueError {
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such version.
    #[error("the stack has no such version")]
    VersionNotFound,
    /// The stack is in another state than the caller thought.
    #[error("the stack has changed, it is now at `{current}`")]
    PreconditionFailed {
        /// The state it is in.
        current: Revision,
    },
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyMismatch,
    /// The store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Answer to a cancel.
#[derive(Debug, Clone, PartialEq)]
pub enum Cancelled {
    /// No such command.
    NotFound,
    /// It is `CANCELLED`.
    Now(Command),
    /// It runs; the worker was asked and will stop at a safe point.
    Requested(Command),
    /// It had ended already; nothing was changed.
    TooLate(Command),
}

/// Answer to a retry.
#[derive(Debug, Clone, PartialEq)]
pub enum Retried {
    /// No such command.
    NotFound,
    /// It is `PENDING` again, at its old place.
    Now(Command),
    /// It had not failed; nothing was changed.
    NotFailed(Command),
}

/// Which commands to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandFilter {
    /// Of one stack only.
    pub stack_id: Option<StackId>,
    /// With one status only.
    pub status: Option<CommandStatus>,
    /// Older than this one.
    pub before: Option<Seq>,
    /// At most so many, from 1.
    pub limit: u32,
}

/// Part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Whether there are more behind the last one.
    pub more: bool,
}

/// Which events to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Of one command only.
    pub command_id: Option<CommandId>,
    /// With larger ids than this.
    pub after: i64,
    /// At most so many, from 1.
    pub limit: u32,
}

/// How the queue stands.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueOverview {
    /// The oldest command that is neither `DONE` nor `CANCELLED`.
    pub head: Option<Command>,
    /// How many wait, the head not counted unless it waits too.
    pub pending: u64,
}

/// How often commands of one kind have ended in one way, and how long they took. Only ever grows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandTotal {
    /// The kind.
    pub kind: CommandKind,
    /// `DONE`, `FAILED` or `CANCELLED`.
    pub status: CommandStatus,
    /// How often. A command that is retried ends again.
    pub ended: u64,
    /// How many of those a worker ended; the others never ran, or waited for a person when they ended.
    pub timed: u64,
    /// Time from the first start to the end, of those that a worker ended, added up.
    pub time: Duration,
}
