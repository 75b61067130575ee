//! Mutual exclusion of workers. The operating system or the database server releases the lock when a worker dies.

use async_trait::async_trait;

use super::StoreError;

/// One lock for the whole installation.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait WorkerLock: Send + Sync {
    /// Tries once, without waiting.
    async fn try_hold(&self) -> Result<LockAttempt, StoreError>;

    /// Takes the lock from a holder that is alive but does not work, for instance because it is suspended. Only for a
    /// worker that has just taken the lease after it had run out, so that no two do this at once. The old holder finds out
    /// by [`HeldLock::is_held`].
    async fn displace(&self) -> Result<Box<dyn HeldLock>, StoreError>;
}

/// The result of an attempt to lock.
pub enum LockAttempt {
    /// Locked until the value is dropped.
    Held(Box<dyn HeldLock>),
    /// Another worker has it.
    Busy {
        /// A description of the holder, e.g. `process 4711 on host a`.
        holder: String,
    },
}

/// The lock, while it is held.
pub trait HeldLock: Send + Sync {
    /// Whether it is still the lock of the installation: nobody has displaced it.
    fn is_held(&self) -> bool;
}
