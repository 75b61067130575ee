//! The queue for the worker: under a lease, with fencing.

use std::time::Duration;

use async_trait::async_trait;

use super::StoreError;
use crate::command::{Command, FailureScope, LaneKind};
pub use crate::command::{Finish, Lease, StackChange};
use crate::ids::{Seq, WorkerId};
use crate::journal::{CommandEvent, JournalLine};
use crate::time::Timestamp;

/// The queue for the worker. Every write checks the lease in its own transaction: a worker whose lease was taken gets
/// [`QueueError::LeaseLost`] and has changed nothing.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait WorkerQueue: Send + Sync {
    /// Takes the lease if it is free, has expired, or belongs to this worker. Each successful call increases the epoch.
    async fn acquire(
        &self,
        worker: WorkerId,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Option<Lease>, StoreError>;

    /// Takes the lease from its current holder. Only for a worker that holds the [`WorkerLock`](super::WorkerLock): the
    /// lock was free, so the previous holder is dead, and waiting for its lease to expire would only prolong the
    /// outage.
    async fn take_over(&self, worker: WorkerId, now: Timestamp, ttl: Duration) -> Result<Lease, StoreError>;

    /// The lease as it was last taken or renewed; `None` before the first.
    async fn lease(&self) -> Result<Option<Lease>, StoreError>;

    /// Sets what a failed write holds up, for every claim from now on.
    async fn set_failure_scope(
        &self,
        lease: &Lease,
        scope: FailureScope,
        now: Timestamp,
    ) -> Result<(), QueueError>;

    /// Extends the lease, and returns which of the commands in `running` should be cancelled.
    async fn renew(
        &self,
        lease: &Lease,
        running: &[Seq],
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Renewal, QueueError>;

    /// Releases the lease, so that the next worker need not wait until it expires.
    async fn release(&self, lease: &Lease, now: Timestamp) -> Result<(), QueueError>;

    /// T2 or T5: the command that [`OpenQueue::claim`](crate::command::OpenQueue::claim) chooses in these lanes, with
    /// its consequences for other commands. `None` if nothing may start there now.
    async fn claim(
        &self,
        lease: &Lease,
        lanes: LaneKind,
        now: Timestamp,
    ) -> Result<Option<Claim>, QueueError>;

    /// Adds lines to the command's journal. Also the guard before every effect: an `INTENT` is committed before the
    /// engine is called.
    async fn record(
        &self,
        lease: &Lease,
        seq: Seq,
        entries: Vec<JournalLine>,
        now: Timestamp,
    ) -> Result<(), QueueError>;

    /// T3, T4 or T6, together with the changes of the stack.
    async fn finish(&self, lease: &Lease, seq: Seq, finish: Finish, now: Timestamp)
    -> Result<(), QueueError>;

    /// The journal of a command since its last retry, oldest first.
    async fn journal(&self, seq: Seq) -> Result<Vec<CommandEvent>, StoreError>;
}

/// A renewed lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// When it expires now.
    pub expires_at: Timestamp,
    /// The running commands that should be cancelled.
    pub cancel_requested: Vec<Seq>,
}

/// A claimed command.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The command, `RUNNING`.
    pub command: Command,
    /// An earlier worker had started it.
    pub adopted: bool,
}

/// Why a guarded write was rejected.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The lease has expired or another worker has it: stop at once and touch nothing.
    #[error("the worker's lease is lost")]
    LeaseLost,
    /// A store error.
    #[error(transparent)]
    Store(#[from] StoreError),
}
