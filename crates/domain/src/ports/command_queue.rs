//! The queue for those who add commands and read them.
#![cfg_attr(
    feature = "mocks",
    expect(clippy::ref_option_ref, reason = "the matchers of the mock take a reference to each argument")
)]

use std::time::Duration;

use async_trait::async_trait;

use super::StoreError;
use crate::actor::Actor;
use crate::command::{Command, CommandKind, CommandStatus, NotAccepted, WriteLane};
pub use crate::command::{Idempotency, IfMatch, NewCommand};
use crate::ids::{CommandId, Seq, StackId};
use crate::journal::CommandEvent;
use crate::stack::Revision;
use crate::time::Timestamp;

/// The queue, from outside.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CommandQueue: Send + Sync {
    /// T1. Checks the idempotency key, then that stack and version exist, then the precondition, and assigns the next
    /// sequence number. When it returns, the command is durable.
    async fn enqueue(&self, command: NewCommand) -> Result<Enqueued, EnqueueError>;

    /// Whether a command could be enqueued now: takes the right to write and gives it back, and waits for it no longer than
    /// two seconds.
    async fn is_writable(&self) -> Result<(), StoreError>;

    /// T7 and T9 at once, T6 as a request. In one transaction with the journal.
    async fn cancel(&self, id: CommandId, by: &Actor, now: Timestamp) -> Result<Cancelled, StoreError>;

    /// T8.
    async fn retry(&self, id: CommandId, by: &Actor, now: Timestamp) -> Result<Retried, StoreError>;

    /// One command.
    async fn find(&self, id: CommandId) -> Result<Option<Command>, StoreError>;

    /// Commands, newest first unless the filter says otherwise.
    async fn list(&self, filter: &CommandFilter) -> Result<Page<Command>, StoreError>;

    /// The commands that are neither done nor cancelled, of these stacks or of all, oldest first and at most `limit`: only what
    /// tells how stacks stand, since there may be thousands.
    async fn open<'a>(&self, of: Option<&'a [StackId]>, limit: u32) -> Result<Vec<OpenCommand>, StoreError>;

    /// The journal of one command or of all, oldest first.
    async fn events(&self, filter: &EventFilter) -> Result<Vec<CommandEvent>, StoreError>;

    /// Id of the newest event; 0 if there is none.
    async fn last_event(&self) -> Result<i64, StoreError>;

    /// Heads and length of the queue.
    async fn overview(&self) -> Result<QueueOverview, StoreError>;

    /// The lane of writes, to say what a waiting command waits behind.
    async fn write_lane(&self) -> Result<WriteLane, StoreError>;

    /// Number of ended commands by kind and status. Combinations that never occurred are omitted.
    async fn totals(&self) -> Result<Vec<CommandTotal>, StoreError>;
}

/// What tells how a stack stands of a command that is neither done nor cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenCommand {
    /// Its place in the queue.
    pub seq: Seq,
    /// The stack that it changes.
    pub stack_id: StackId,
    /// What it does.
    pub kind: CommandKind,
    /// Its status.
    pub status: CommandStatus,
}

/// An accepted command.
#[derive(Debug, Clone, PartialEq)]
pub enum Enqueued {
    /// A new command.
    New(Command),
    /// The same request was accepted before; this is its command in its current state.
    Replayed(Command),
}

/// Why a command was not accepted. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum EnqueueError {
    /// Only the system creates commands of this kind.
    #[error("{kind} commands are created by Core Monitor itself and cannot be requested")]
    SystemOnly {
        /// The kind.
        kind: CommandKind,
    },
    /// The stack does not exist or is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such version.
    #[error("the stack has no such version")]
    VersionNotFound,
    /// The stack has changed since the caller read it.
    #[error("the stack has changed and is now at revision `{current}`")]
    PreconditionFailed {
        /// The current revision.
        current: Revision,
    },
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyMismatch,
    /// A store error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NotAccepted> for EnqueueError {
    fn from(reason: NotAccepted) -> Self {
        match reason {
            NotAccepted::SystemOnly { kind } => Self::SystemOnly { kind },
            NotAccepted::StackNotFound => Self::StackNotFound,
            NotAccepted::VersionNotFound => Self::VersionNotFound,
            NotAccepted::PreconditionFailed { current } => Self::PreconditionFailed { current },
        }
    }
}

/// The result of a cancel request.
#[derive(Debug, Clone, PartialEq)]
pub enum Cancelled {
    /// No such command.
    NotFound,
    /// It is `CANCELLED`.
    Now(Command),
    /// It is running; the worker will stop at a safe point.
    Requested(Command),
    /// It had already ended; nothing was changed.
    TooLate(Command),
}

/// The result of a retry.
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
    /// Only those of this stack.
    pub stack_id: Option<StackId>,
    /// Only those of these stacks; empty means any.
    pub stacks: Vec<StackId>,
    /// Only those at these places; empty means any.
    pub seqs: Vec<Seq>,
    /// Only those with one of these statuses; empty means any.
    pub statuses: Vec<CommandStatus>,
    /// Only those of one of these kinds; empty means any.
    pub kinds: Vec<CommandKind>,
    /// Only those accepted at this time or later.
    pub since: Option<Timestamp>,
    /// Only those accepted before this time.
    pub until: Option<Timestamp>,
    /// From the oldest to the newest, instead of from the newest to the oldest.
    pub oldest_first: bool,
    /// Only commands behind this one in that order.
    pub beyond: Option<Seq>,
    /// At most this many, at least 1.
    pub limit: u32,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Whether more entries follow.
    pub more: bool,
}

/// Which events to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Only those of this command.
    pub command_id: Option<CommandId>,
    /// Only those of the commands of this stack.
    pub stack_id: Option<StackId>,
    /// Only those of the commands of these stacks; empty means any.
    pub stacks: Vec<StackId>,
    /// Only events with larger ids.
    pub after: i64,
    /// At most this many, at least 1.
    pub limit: u32,
}

impl EventFilter {
    /// Whether it means what the commands of this stack have.
    pub fn means_stack(&self, stack: StackId) -> bool {
        self.stack_id.is_none_or(|wanted| wanted == stack)
            && (self.stacks.is_empty() || self.stacks.contains(&stack))
    }
}

/// The state of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueOverview {
    /// The head of the write lane: its oldest command that is neither `DONE` nor `CANCELLED`.
    pub head: Option<Command>,
    /// The number of waiting commands in the write lane, including the head if it is waiting.
    pub pending: u64,
    /// The power changes that are neither `DONE` nor `CANCELLED`, oldest first.
    pub power: Vec<Command>,
}

/// How often commands of one kind have ended with one status, and how long they took. Never decreases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandTotal {
    /// The kind.
    pub kind: CommandKind,
    /// `DONE`, `FAILED` or `CANCELLED`.
    pub status: CommandStatus,
    /// The count. A command that is retried ends again and is counted again.
    pub ended: u64,
    /// How many of them a worker ended; the others never ran, or were waiting for a person.
    pub timed: u64,
    /// Total time from first start to end of those that a worker ended.
    pub time: Duration,
}
