//! [`PlanStore`] in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use core_monitor_domain::ids::{PlanId, StackId};
use core_monitor_domain::plan::{PlanHead, PlanRetention};
use core_monitor_domain::ports::{PlanStore, StoreError, StoredPlan};

use super::state::State;
use super::{SimDatabase, refused};

/// Plans in memory.
#[derive(Debug, Clone)]
pub struct SimPlanStore {
    db: SimDatabase,
}

impl SimPlanStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl PlanStore for SimPlanStore {
    async fn save(&self, plan: &StoredPlan, keep: PlanRetention) -> Result<(), StoreError> {
        self.db.write("PlanStore::save", |state| {
            if !plan.stack_id.is_host() && !state.versions.contains_key(&(plan.stack_id, plan.version)) {
                return Err(refused("a plan for a version that does not exist"));
            }
            if state.plans.contains_key(&plan.id) {
                return Err(refused(format_args!("the plan id `{}` is taken", plan.id)));
            }
            state.plans.insert(plan.id, plan.clone());
            let confirmed = confirmed(state);
            for id in keep.outdated(heads(state), &confirmed, plan.created_at) {
                state.plans.remove(&id);
            }
            Ok(())
        })
    }

    async fn find(&self, id: PlanId) -> Result<Option<StoredPlan>, StoreError> {
        self.db.read("PlanStore::find", |state| Ok(state.plans.get(&id).cloned()))
    }
}

/// Removes the plans of a deleted stack.
pub(super) fn forget(state: &mut State, stack: StackId) {
    let confirmed = confirmed(state);
    state.plans.retain(|id, plan| plan.stack_id != stack || confirmed.contains(id));
}

fn heads(state: &State) -> Vec<PlanHead> {
    let head =
        |plan: &StoredPlan| PlanHead { id: plan.id, stack_id: plan.stack_id, created_at: plan.created_at };
    state.plans.values().map(head).collect()
}

/// The plans that open commands confirmed.
fn confirmed(state: &State) -> BTreeSet<PlanId> {
    let open = state.commands.iter().filter(|stored| !stored.command.status.releases_queue());
    open.filter_map(|stored| stored.command.payload.plan_id()).collect()
}
