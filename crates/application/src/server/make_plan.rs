//! Making a plan to review and to confirm by its id.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{PlanId, StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::plan::PlanFor;
use core_monitor_domain::ports::{StoreError, StoredPlan};

use super::Server;
use super::folder_notes::{edit_notes, folder_notes};
use super::preview::{PreviewError, pins_of, preview, version_of};
use super::rivals::remarks;

/// The request.
#[derive(Debug, Clone)]
pub struct MakePlan {
    /// The stack.
    pub stack_id: StackId,
    /// The version to converge to.
    pub version: VersionNumber,
    /// The command the plan is for.
    pub purpose: PlanFor,
    /// Services whose containers are replaced although nothing about them has changed.
    pub force_recreate: BTreeSet<ServiceName>,
}

/// Why no plan could be made.
#[derive(Debug, thiserror::Error)]
pub enum MakePlanError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// Planning failed.
    #[error(transparent)]
    Preview(#[from] PreviewError),
}

impl From<StoreError> for MakePlanError {
    fn from(error: StoreError) -> Self {
        Self::Preview(error.into())
    }
}

impl Server {
    /// Makes a plan from the newest observation, and stores it.
    pub async fn make_plan(&self, actor: &Actor, request: MakePlan) -> Result<StoredPlan, MakePlanError> {
        let ports = self.permit(actor, Action::MakePlan, &Resource::Stack(request.stack_id)).await?;
        let stack = ports.stacks.find(request.stack_id).await?.ok_or(MakePlanError::StackNotFound)?;
        let version = version_of(ports, &stack, request.version).await?;
        let pins = match request.purpose {
            PlanFor::Apply | PlanFor::Prune | PlanFor::Delete => BTreeMap::new(),
            PlanFor::Rollback => pins_of(ports, &stack, request.version).await?,
        };
        let rules = ports.rules_for(actor, (&stack).into()).await?;
        let preview = preview(ports, &stack, &version, &pins, &request.force_recreate, rules).await?;
        let mut plan = preview.plan.record(&ports.plan_key()).with_services(preview.services);
        plan.purpose = Some(request.purpose);
        let files = ports.stacks.list_files(stack.id, version.version).await?;
        plan.notes.extend(edit_notes(&files, &preview.edited));
        if let Some(current) = stack.current_version {
            let applied = ports.stacks.list_files(stack.id, current).await?;
            plan.notes.extend(folder_notes(&version.compose_files, &files, &applied));
        }
        if matches!(request.purpose, PlanFor::Apply | PlanFor::Rollback) {
            let remarks = remarks(ports, self.known_on_demand(), &stack.name, &version.model).await?;
            plan.notes.extend(remarks.into_iter().map(|remark| remark.message));
        }
        let stored = StoredPlan {
            id: PlanId(ports.ids.next_uuid()),
            stack_id: stack.id,
            version: version.version,
            author: actor.clone(),
            created_at: ports.clock.now(),
            observed_at: preview.observed_at,
            plan,
        };
        ports.plans.save(&stored, ports.plan_retention).await?;
        Ok(stored)
    }
}
