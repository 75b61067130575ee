//! Stored plans, which can be confirmed by id.

use super::StoreError;
use crate::actor::Actor;
use crate::ids::{PlanId, StackId, VersionNumber};
use crate::plan::{PlanRecord, PlanRetention};
use crate::time::Timestamp;
use async_trait::async_trait;

/// A plan to read and confirm.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPlan {
    /// Identity.
    pub id: PlanId,
    /// The stack.
    pub stack_id: StackId,
    /// The version it converges to.
    pub version: VersionNumber,
    /// Who requested it.
    pub author: Actor,
    /// When it was created.
    pub created_at: Timestamp,
    /// The time of the observation it is based on.
    pub observed_at: Timestamp,
    /// The stored part: what is shown and what is compared. The worker makes the plan again from a new observation and
    /// continues only if its fingerprint is the same, so nothing relevant to this stack has changed.
    pub plan: PlanRecord,
}

/// Stores plans.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PlanStore: Send + Sync {
    /// Stores a plan, and removes those that `keep` does not keep any longer. The plans of a stack are removed with it.
    async fn save(&self, plan: &StoredPlan, keep: PlanRetention) -> Result<(), StoreError>;

    /// Finds a plan.
    async fn find(&self, id: PlanId) -> Result<Option<StoredPlan>, StoreError>;
}
