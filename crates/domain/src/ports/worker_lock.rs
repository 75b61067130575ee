//! Mutual exclusion of workers, released by the operating system or the database server when a worker dies.

use async_trait::async_trait;

use super::StoreError;

/// One lock for the whole installation.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait WorkerLock: Send + Sync {
    /// Tries once, without waiting.
    async fn try_hold(&self) -> Result<LockAttempt, StoreError>;
}

/// Whether the lock was free.
pub enum LockAttempt {
    /// It is ours until the value is dropped.
    Held(Box<dyn HeldLock>),
    /// Another worker has it.
    Busy {
        /// What is known of the holder, e.g. `process 4711 on host a`.
        holder: String,
    },
}

/// The lock while it is held.
pub trait HeldLock: Send + Sync {}
