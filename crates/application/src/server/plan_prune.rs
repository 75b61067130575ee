//! Planning what pruning would remove.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{PlanId, StackId};
use core_monitor_domain::inventory::PruneRequest;
use core_monitor_domain::plan::PlanFor;
use core_monitor_domain::planner;
use core_monitor_domain::ports::StoredPlan;
use core_monitor_domain::stack::Stack;

use super::host_stock::host_stock;
use super::{HostStockError, Server};

impl Server {
    /// Plans what pruning would remove, with sizes, and stores the plan. Nothing is removed.
    pub async fn plan_prune(
        &self,
        actor: &Actor,
        request: PruneRequest,
    ) -> Result<StoredPlan, HostStockError> {
        let ports = self.permit(actor, Action::PlanPrune, &Resource::Installation).await?;
        // What was made a moment ago would else be unknown, and stay.
        ports.link.refresh().await?;
        let found = host_stock(ports, true).await?;
        let mut plan = planner::prune(&found.stock, &request).record(&ports.plan_key());
        plan.purpose = Some(PlanFor::Prune);
        let stored = StoredPlan {
            id: PlanId(ports.ids.next_uuid()),
            stack_id: StackId::HOST,
            version: Stack::HOST_VERSION,
            author: actor.clone(),
            created_at: ports.clock.now(),
            observed_at: found.observed_at,
            plan,
        };
        ports.plans.save(&stored, ports.plan_retention).await?;
        Ok(stored)
    }
}
