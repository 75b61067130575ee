//! Pruning the host, as a plan lists it.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::{CommandId, PlanId, StackId};
use core_monitor_domain::plan::{ConfirmedPlan, PlanFor};
use core_monitor_domain::planner::prune_confirmed;
use core_monitor_domain::ports::{EnqueueError, Enqueued, IfMatch, NewCommand, StoreError};
use core_monitor_message::Message;

use super::enqueue::recall;
use super::host_stock::host_stock;
use super::patience::settled_or_later;
use super::shown_command::shown;
use super::{Accepted, HostStockError, Patience, Server, ServerPorts, Write};

/// Why nothing was enqueued.
#[derive(Debug, thiserror::Error)]
pub enum RefusedPrune {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such plan, or it is for something else.
    #[error("there is no plan `{id}` for pruning")]
    PlanNotFound {
        /// As requested.
        id: PlanId,
    },
    /// Something that the plan removes is needed by now, or has changed.
    #[error("the plan is out of date: {} objects are needed by now, or have changed", reasons.len())]
    PlanStale {
        /// One sentence each.
        reasons: Vec<Message>,
    },
    /// It cannot be said what the host has.
    #[error(transparent)]
    Host(#[from] HostStockError),
    /// The queue refused it.
    #[error(transparent)]
    Queue(#[from] EnqueueError),
}

impl From<StoreError> for RefusedPrune {
    fn from(error: StoreError) -> Self {
        Self::Queue(error.into())
    }
}

impl Server {
    /// T1 of PRUNE: puts it at the end of the lane of writes, if everything that its plan lists may still go.
    pub async fn prune(
        &self,
        actor: &Actor,
        plan_id: PlanId,
        write: Write,
        patience: &Patience,
    ) -> Result<Accepted, RefusedPrune> {
        let ports = self.permit(actor, Action::Prune, &Resource::Installation).await?;
        let command = NewCommand {
            id: CommandId(ports.ids.next_uuid()),
            stack_id: StackId::HOST,
            payload: CommandPayload::Prune { plan_id },
            leaves_on_failure: false,
            principal: actor.clone(),
            idempotency: write.idempotency,
            if_match: IfMatch::Any,
            now: ports.clock.now(),
        };
        let checked = check(ports, plan_id).await;
        let enqueued = match checked {
            Ok(()) => ports.queue.enqueue(command).await?,
            // Its own command may have made the plan stale.
            Err(refusal) => Enqueued::Replayed(recall(ports, command).await?.ok_or(refusal)?),
        };
        let (command, replayed) = match enqueued {
            Enqueued::New(command) => (command, false),
            Enqueued::Replayed(command) => (command, true),
        };
        let command = settled_or_later(ports, command, patience).await?;
        let shown = shown(ports, self.known_progress(), command).await?;
        Ok(Accepted { shown, replayed, revision: None })
    }
}

/// Refuses what is certain to fail, because a failed command would block the whole queue.
async fn check(ports: &ServerPorts, plan_id: PlanId) -> Result<(), RefusedPrune> {
    let plan = ports.plans.find(plan_id).await?;
    let plan = plan.filter(|plan| plan.stack_id.is_host() && plan.plan.purpose == Some(PlanFor::Prune));
    let plan = plan.ok_or(RefusedPrune::PlanNotFound { id: plan_id })?;
    let confirmed = ConfirmedPlan::new(&plan.plan, ports.plan_key());
    let found = host_stock(ports, false).await?;
    let left = prune_confirmed(&found.stock, &confirmed, false, &|_| false);
    if left.blockers.is_empty() {
        return Ok(());
    }
    Err(RefusedPrune::PlanStale {
        reasons: left.blockers.into_iter().map(|blocker| blocker.message).collect(),
    })
}
