//! The records of what commands created.

use async_trait::async_trait;

use super::StoreError;
use crate::creation::{Creation, Creations, Found};

/// Reads the records, and completes those whose answer was lost. The other records are written with the journal: see
/// [`WorkerQueue::record`](super::WorkerQueue::record) and [`WorkerQueue::finish`](super::WorkerQueue::finish).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CreationStore: Send + Sync {
    /// Every record. Read it after the engine: an object that was observed then has its record.
    async fn list(&self) -> Result<Creations, StoreError>;

    /// Stores ids that were found on the engine. A creation that has one keeps it.
    async fn complete(&self, found: &[Found]) -> Result<(), StoreError>;

    /// Records objects that no command asked for by name, and that belong to its stacks all the same: see
    /// [`unrecorded`](crate::creation::unrecorded) and [`twins`](crate::creation::twins). Those that are recorded already
    /// keep their record.
    async fn add(&self, creations: &[Creation]) -> Result<(), StoreError>;

    /// Records `claims` of existing stacks, and of deleted ones what [outlives them](Creation::outlives_its_stack). From then
    /// on, trusts no label any more.
    async fn settle(&self, claims: &[Creation]) -> Result<(), StoreError>;
}
