//! The policy on what may run.

use async_trait::async_trait;

use super::StoreError;
use crate::actor::Actor;
use crate::policy::Policy;
use crate::time::Timestamp;

/// The policy as stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredPolicy {
    /// How often it was replaced; 0 as long as it is the one that comes with the program.
    pub revision: u32,
    /// It.
    pub policy: Policy,
}

/// Why a policy was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Somebody else has replaced it.
    #[error("the policy was replaced meanwhile: it is at revision {revision} now")]
    Changed {
        /// Where it is now.
        revision: u32,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores the policy.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PolicyStore: Send + Sync {
    /// The policy that counts now. One that this release cannot read is [`StoreError::Corrupt`], so nothing is allowed by it.
    async fn current(&self) -> Result<StoredPolicy, StoreError>;

    /// Replaces the policy of this revision and writes it to the audit, in one transaction. Returns the new revision. One that cannot be
    /// read is replaced whatever the revision is, since nothing would ever be allowed again otherwise.
    async fn replace(
        &self,
        revision: u32,
        policy: &Policy,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<u32, PolicyError>;
}
