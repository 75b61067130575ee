//! How far the rollouts of templates are.

use async_trait::async_trait;

use super::StoreError;
use crate::actor::Actor;
use crate::ids::TemplateId;
use crate::template::Rollout;
use crate::time::Timestamp;

/// Stores the newest rollout of each template. It goes with its template.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RolloutStore: Send + Sync {
    /// Begins a rollout in the place of the one before, with an entry in the audit. If one is under way, that one stays and is the
    /// answer.
    async fn begin(&self, template: TemplateId, rollout: &Rollout) -> Result<Option<Rollout>, StoreError>;

    /// Stores `next` if the rollout is still as it was `seen`, and says whether it was.
    async fn advance(&self, template: TemplateId, seen: &Rollout, next: &Rollout)
    -> Result<bool, StoreError>;

    /// Cancels the rollout of a template as [`Rollout::cancelled`] says, and answers with it. A change is in the audit.
    async fn cancel(
        &self,
        template: TemplateId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Rollout>, StoreError>;

    /// The newest rollout of a template.
    async fn find(&self, template: TemplateId) -> Result<Option<Rollout>, StoreError>;

    /// The rollouts that are not over.
    async fn open(&self) -> Result<Vec<(TemplateId, Rollout)>, StoreError>;
}
