//! Stored plans, to be confirmed by id.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::ids::{PlanId, StackId, VersionNumber};
use crate::plan::{Impact, Plan};
use crate::time::Timestamp;

/// A plan somebody can read and confirm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredPlan {
    /// Identity.
    pub id: PlanId,
    /// The stack.
    pub stack_id: StackId,
    /// The version it converges to.
    pub version: VersionNumber,
    /// Who asked for it.
    pub author: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the observation was taken that it is based on.
    pub observed_at: Timestamp,
    /// Fingerprint of the plan's steps and problems. The worker makes the plan again from a fresh look and goes on
    /// only if the fingerprint is the same: nothing that matters to this stack has moved.
    pub fingerprint: String,
    /// The plan.
    pub plan: Plan,
    /// Its consequences.
    pub impact: Impact,
}

/// Holds plans.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PlanStore: Send + Sync {
    /// Keeps a plan.
    async fn save(&self, plan: &StoredPlan) -> Result<(), StoreError>;

    /// Finds one.
    async fn find(&self, id: PlanId) -> Result<Option<StoredPlan>, StoreError>;
}
