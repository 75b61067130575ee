//! What stacks have adopted.

use async_trait::async_trait;

use super::{NewStack, SaveError, Saved, StoreError};
use crate::adoption::Adoption;
use crate::release::Release;
use crate::stack::RunId;

/// Holds adoptions.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AdoptionStore: Send + Sync {
    /// Saves a stack that runs already: its version 1 as the applied one, the `CREATE` command that is `DONE` with it,
    /// the release, and what it adopts.
    async fn import(&self, stack: NewStack, import: Import) -> Result<Saved, SaveError>;

    /// The adoptions of all stacks that are not deleted.
    async fn list(&self) -> Result<Vec<Adoption>, StoreError>;
}

/// What an imported stack has beyond a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// What becomes the stack's.
    pub adoption: Adoption,
    /// What runs.
    pub release: Release,
    /// Runs that have ended and are not to be taken for failures.
    pub stopped_runs: Vec<RunId>,
}
