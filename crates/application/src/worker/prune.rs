//! What a PRUNE has left to do.
//!
//! Its goal is the plan that was confirmed: each object that the plan lists is gone, or has come into use after the first
//! effect and stays. It looks at the host anew in every round, so that nothing is removed that anything uses by then.

use core_monitor_domain::command::FailureCode;
use core_monitor_domain::inventory::{HostNeeds, Stock};
use core_monitor_domain::observation::Observation;
use core_monitor_domain::plan::{ConfirmedPlan, Plan};
use core_monitor_domain::planner::prune_confirmed;
use core_monitor_domain::ports::{EngineError, StoreError};
use tracing::warn;

use super::backoff::Backoff;
use super::chain;
use super::context::Context;
use super::goal::stored_data_unreadable;
use super::journal::Journal;
use super::said;
use super::setback::{Setback, Trouble};
use crate::host_needs::host_needs;

/// The steps of the confirmed plan that are left.
pub(crate) async fn plan(
    context: &Context<'_>,
    observed: &Observation,
    confirmed: &ConfirmedPlan,
    journal: &Journal,
) -> Result<Plan, Setback> {
    let inventory = context.ports.inventory.inventory(context.clock().now(), false).await;
    let inventory = inventory.map_err(|error| not_read(&error))?;
    // After the engine: what a stack has begun to need meanwhile stays.
    let needs = needs(context).await?;
    let stock = Stock::new(inventory, &observed.host, needs, context.instance);
    let memory = journal.memory();
    Ok(prune_confirmed(&stock, confirmed, memory.has_begun(), &|object| memory.has_done(&object.mark)))
}

async fn needs(context: &Context<'_>) -> Result<HostNeeds, Setback> {
    let mut backoff = Backoff::default();
    loop {
        match host_needs(&*context.ports.stacks, &context.ports.folders.root()).await {
            Ok(needs) => return Ok(needs),
            Err(StoreError::Corrupt { what, .. }) => {
                return Err(Setback::Failed(Box::new(stored_data_unreadable(what))));
            }
            Err(error) => {
                warn!(error = %chain(&error), "cannot read which images stacks need, retrying");
                let delay = backoff.next(context.ports.ids.jitter());
                context.tenure.sleep(delay).await.map_err(Setback::Halted)?;
            }
        }
    }
}

/// As for an observation: a read cannot conflict with anything, so another attempt may succeed.
fn not_read(error: &EngineError) -> Setback {
    match error {
        EngineError::Unavailable { .. } | EngineError::Timeout { .. } => {
            Setback::Transient(Trouble::of(said::observe_engine(), error))
        }
        _ => Setback::Transient(Trouble {
            words: said::engine_not_observable(error.message()),
            code: FailureCode::EngineRefused,
        }),
    }
}
