//! The queue as the worker sees it: under a lease, with a fence.

use std::time::Duration;

use async_trait::async_trait;

use super::StoreError;
use crate::command::{Command, CommandResult, Failure};
use crate::command_event::{CommandEvent, EventEntry};
use crate::ids::{Epoch, Seq, VersionNumber, WorkerId};
use crate::release::Release;
use crate::stack::RunId;
use crate::time::Timestamp;

/// The queue, from inside. Every write is guarded by the lease in its own transaction: a worker that was
/// overtaken gets [`QueueError::LeaseLost`] and has changed nothing.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait WorkerQueue: Send + Sync {
    /// Takes the lease if it is free, has run out, or is this worker's. Each call that succeeds has a higher epoch.
    async fn acquire(
        &self,
        worker: WorkerId,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError>;

    /// Takes the lease from whoever has it. Only for a worker that holds the [`WorkerLock`](super::WorkerLock): the
    /// lock was free, so the former holder is dead, and waiting for its lease to run out would only prolong the outage.
    async fn take_over(&self, worker: WorkerId, now: Timestamp, ttl: Duration) -> Result<Lease, StoreError>;

    /// Prolongs the lease, and says whether somebody wants the command `running` cancelled.
    async fn renew(
        &self,
        lease: &Lease,
        running: Option<Seq>,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Renewal, QueueError>;

    /// Gives the lease back, so that the next worker need not wait for it to run out.
    async fn release(&self, lease: &Lease, now: Timestamp) -> Result<(), QueueError>;

    /// T2 or T5: the head of the queue if it is `PENDING`, or if it is `RUNNING` under an older epoch.
    /// `None`: the queue is empty, or its head has failed.
    async fn claim(&self, lease: &Lease, now: Timestamp) -> Result<Option<Claim>, QueueError>;

    /// Adds to the record of the command. Also the guard before every effect: an `INTENT` is committed before the
    /// engine is called.
    async fn record(
        &self,
        lease: &Lease,
        seq: Seq,
        entries: Vec<EventEntry>,
        now: Timestamp,
    ) -> Result<(), QueueError>;

    /// T3, T4 or T6, together with what it changes of the stack.
    async fn finish(&self, lease: &Lease, seq: Seq, finish: Finish, now: Timestamp)
    -> Result<(), QueueError>;

    /// The record of a command since its last retry, oldest first.
    async fn journal(&self, seq: Seq) -> Result<Vec<CommandEvent>, StoreError>;
}

/// The right to work, until it runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Whose it is.
    pub worker: WorkerId,
    /// Fencing number.
    pub epoch: Epoch,
    /// When it runs out, by the wall clock.
    pub expires_at: Timestamp,
}

/// A renewed lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// When it runs out now.
    pub expires_at: Timestamp,
    /// Somebody wants the running command cancelled.
    pub cancel_requested: bool,
}

/// A claimed command.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// It, `RUNNING`.
    pub command: Command,
    /// A worker before this one had begun it.
    pub adopted: bool,
}

/// How a command ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Finish {
    /// T3.
    Done {
        /// What it did.
        result: CommandResult,
        /// What becomes of the stack.
        change: Box<StackChange>,
    },
    /// T4.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// T6, and the end of a command that rolled back.
    Cancelled {
        /// Why, if it was not simply asked for.
        failure: Option<Failure>,
        /// What was done and what was not, one sentence each.
        notes: Vec<String>,
        /// What becomes of the stack, when it was rolled back.
        change: Box<StackChange>,
    },
}

/// What a finished command changes of its stack. `None` leaves it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StackChange {
    /// The version that is applied now.
    pub current_version: Option<VersionNumber>,
    /// The release that was made.
    pub release: Option<Release>,
    /// The runs that were stopped on purpose.
    pub stopped_runs: Option<Vec<RunId>>,
    /// The stack is deleted.
    pub deleted: bool,
}

/// Why a guarded write was not done.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The lease has run out or another worker has it: stop at once, touch nothing.
    #[error("the worker's lease is lost")]
    LeaseLost,
    /// The store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
}
