//! Planning what a delete would take away.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::DeleteChoices;
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::{PlanId, StackId};
use core_monitor_domain::journal::Baseline;
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::observation::Observation;
use core_monitor_domain::plan::{Plan, PlanFor, ServiceImpact, Surroundings};
use core_monitor_domain::planner::{Facts, Objective, PlanningInput, plan};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::{StoreError, StoredPlan};
use core_monitor_domain::stack::Stack;

use super::blocking::run_blocking;
use super::preview::{Preview, PreviewError, version_of};
use super::said;
use super::{Server, ServerPorts};
use crate::build_source::desired_stack;

/// Why no plan could be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanDeleteError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// A delete of nothing, or of volumes that containers go on using.
    #[error("this deletes nothing, or volumes without the containers that use them")]
    DeletesNothing,
    /// Planning failed.
    #[error(transparent)]
    Preview(#[from] PreviewError),
}

impl From<StoreError> for PlanDeleteError {
    fn from(error: StoreError) -> Self {
        Self::Preview(error.into())
    }
}

impl Server {
    /// Plans what a delete would take away from the newest observation, and stores the plan. Nothing is deleted.
    pub async fn plan_delete(
        &self,
        actor: &Actor,
        id: StackId,
        what: DeleteChoices,
    ) -> Result<StoredPlan, PlanDeleteError> {
        let ports = self.permit(actor, Action::PlanDelete, &Resource::Stack(id)).await?;
        if !what.is_meaningful() {
            return Err(PlanDeleteError::DeletesNothing);
        }
        let stack = ports.stacks.find(id).await?.ok_or(PlanDeleteError::StackNotFound)?;
        let Preview { plan, services, observed_at, .. } = preview_delete(ports, &stack, what).await?;
        let mut plan = plan.record(&ports.plan_key()).with_services(services);
        (plan.purpose, plan.deletes) = (Some(PlanFor::Delete), Some(what));
        if what.definition {
            plan.notes.push(said::delete_takes_versions(stack.latest_version));
        } else if let Some(applied) = stack.current_version {
            plan.notes.push(said::delete_keeps_versions(applied));
        }
        if what.forgets() {
            plan.notes.push(said::delete_leaves_the_engine());
        }
        let stored = StoredPlan {
            id: PlanId(ports.ids.next_uuid()),
            stack_id: stack.id,
            version: stack.current_version.unwrap_or(stack.latest_version),
            author: actor.clone(),
            created_at: ports.clock.now(),
            observed_at,
            plan,
        };
        ports.plans.save(&stored, ports.plan_retention).await?;
        Ok(stored)
    }
}

/// What a delete would do now, as the worker will plan it.
pub(super) async fn preview_delete(
    ports: &ServerPorts,
    stack: &Stack,
    what: DeleteChoices,
) -> Result<Preview, PreviewError> {
    let host = ports.observations.host().await?.ok_or(PreviewError::NotObserved)?;
    let containers = ports.observations.containers(stack.id).await?;
    let observed = Observation { host, containers };
    let adoptions = ports.adoptions.list().await?;
    let adopted = adoptions.iter().find(|adoption| adoption.stack_id == stack.id);
    if adopted.is_some_and(|adoption| !adoption.is_presented(&observed)) {
        return Err(PreviewError::NotObserved);
    }
    let version = version_of(ports, stack, stack.current_version.unwrap_or(stack.latest_version)).await?;
    let stacks_dir = ports.stacks_dir_on(Some(&observed.host));
    let desired = match desired_stack(&*ports.stacks, &version, &stacks_dir).await.map_err(PreviewError::from)
    {
        // It only gives the order: what nobody can read any more can still be deleted.
        Err(PreviewError::Definition(_)) => DesiredStack::empty(stack.name.clone()),
        desired => desired?,
    };
    let provenance = Provenance {
        instance: ports.instance,
        stack_id: stack.id,
        stack: stack.name.clone(),
        version: Some(version.version),
        command: None,
        epoch: None,
        predecessors: ports.stacks.predecessors(&stack.name).await?,
    };
    let observed_at = observed.host.taken_at;
    let (plan, services) = run_blocking(move || planned(&observed, &provenance, &desired, what)).await;
    Ok(Preview { plan, services, observed_at, edited: Vec::new() })
}

fn planned(
    observed: &Observation,
    provenance: &Provenance,
    desired: &DesiredStack,
    what: DeleteChoices,
) -> (Plan, Vec<ServiceImpact>) {
    let containers = &observed.containers;
    if what.forgets() {
        let nothing = Plan::default();
        let services = nothing.services(&Surroundings { desired, previous: Some(desired), containers });
        return (nothing, services);
    }
    let doomed = what.volumes.then(|| Baseline::of(observed, desired).doomed_volumes);
    let facts = Facts { doomed_volumes: doomed.unwrap_or_default(), ..Facts::default() };
    let objective = Objective::Delete { desired, volumes: what.volumes };
    let plan = plan(&PlanningInput {
        objective,
        observed,
        provenance,
        facts: &facts,
        // Nothing is created.
        rules: &Rules::Everything,
    });
    let empty = DesiredStack::empty(provenance.stack.clone());
    let services = plan.services(&Surroundings { desired: &empty, previous: Some(desired), containers });
    (plan, services)
}
