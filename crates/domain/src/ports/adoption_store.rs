//! The adoptions of stacks.

use async_trait::async_trait;

use super::{NewStack, SaveError, Saved, StoreError};
use crate::adoption::Adoption;
use crate::release::Release;
use crate::stack::RunId;

/// Stores adoptions.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AdoptionStore: Send + Sync {
    /// Saves a stack for a running project: version 1 as the applied one, a `CREATE` command that is already `DONE`,
    /// the release, and the adoption.
    async fn import(&self, stack: NewStack, import: Import) -> Result<Saved, SaveError>;

    /// The adoptions of all stacks that are not deleted.
    async fn list(&self) -> Result<Vec<Adoption>, StoreError>;
}

/// What an imported stack has in addition to a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The adopted objects.
    pub adoption: Adoption,
    /// The running images.
    pub release: Release,
    /// Runs that have ended and must not count as failures.
    pub stopped_runs: Vec<RunId>,
}
