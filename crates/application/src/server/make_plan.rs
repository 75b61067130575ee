//! A plan that can be read, and confirmed by its id.

use std::collections::BTreeMap;

use core_monitor_domain::ids::{PlanId, StackId, VersionNumber};
use core_monitor_domain::plan::Impact;
use core_monitor_domain::ports::{StoreError, StoredPlan};

use super::Server;
use super::preview::{PreviewError, pins_of, preview, version_of};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct MakePlan {
    /// Of which stack.
    pub stack_id: StackId,
    /// The version to converge to.
    pub version: VersionNumber,
    /// The command it is meant for.
    pub purpose: PlanFor,
    /// Who asks.
    pub principal: String,
}

/// The command a plan is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlanFor {
    /// APPLY, with the images that references mean now.
    #[default]
    Apply,
    /// ROLLBACK, with the images of the version's last release.
    Rollback,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum MakePlanError {
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// Nothing can be said.
    #[error(transparent)]
    Preview(#[from] PreviewError),
}

impl From<StoreError> for MakePlanError {
    fn from(error: StoreError) -> Self {
        Self::Preview(error.into())
    }
}

/// Makes a plan from the newest observation, and stores it.
pub async fn make_plan(server: &Server, request: MakePlan) -> Result<StoredPlan, MakePlanError> {
    let stack = server.stacks.find(request.stack_id).await?.ok_or(MakePlanError::StackNotFound)?;
    let version = version_of(server, &stack, request.version).await?;
    let pins = match request.purpose {
        PlanFor::Apply => BTreeMap::new(),
        PlanFor::Rollback => pins_of(server, &stack, request.version).await?,
    };
    let preview = preview(server, &stack, &version, &pins).await?;
    let stored = StoredPlan {
        id: PlanId(server.ids.next_uuid()),
        stack_id: stack.id,
        version: version.version,
        author: request.principal,
        created_at: server.clock.now(),
        observed_at: preview.observed_at,
        fingerprint: preview.plan.fingerprint(),
        impact: Impact::of(&preview.plan),
        plan: preview.plan,
    };
    server.plans.save(&stored).await?;
    Ok(stored)
}
