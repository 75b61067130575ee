//! Showing a stored plan.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::PlanId;
use core_monitor_domain::ports::StoredPlan;

use super::{QueryError, Server};

impl Server {
    /// The plan as it was made.
    pub async fn show_plan(&self, actor: &Actor, id: PlanId) -> Result<StoredPlan, QueryError> {
        let ports = self.permit(actor, Action::ShowPlan, &Resource::Plan(id)).await?;
        ports.plans.find(id).await?.ok_or(QueryError::PlanNotFound)
    }
}
