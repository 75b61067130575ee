//! The last observation, written by the worker and shared with all readers.

use async_trait::async_trait;

use super::StoreError;
use crate::ids::StackId;
use crate::observation::{HostObservation, Observation, ObservedContainer};

/// Stores the newest observation.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ObservationStore: Send + Sync {
    /// Replaces the stored observation. Rows of stacks whose containers did not change are not rewritten.
    async fn save(&self, observation: &Observation) -> Result<(), StoreError>;

    /// The host; `None` before the first observation. `taken_at` shows its age.
    async fn host(&self) -> Result<Option<HostObservation>, StoreError>;

    /// Containers of one stack; empty before the first observation.
    async fn containers(&self, stack: StackId) -> Result<Vec<ObservedContainer>, StoreError>;

    /// Containers of several stacks, in one query.
    async fn containers_of(
        &self,
        stacks: &[StackId],
    ) -> Result<Vec<(StackId, Vec<ObservedContainer>)>, StoreError>;
}
