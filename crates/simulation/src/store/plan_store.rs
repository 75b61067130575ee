//! [`PlanStore`] in memory.

use async_trait::async_trait;
use core_monitor_domain::ids::PlanId;
use core_monitor_domain::ports::{PlanStore, StoreError, StoredPlan};

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
    async fn save(&self, plan: &StoredPlan) -> Result<(), StoreError> {
        self.db.write("PlanStore::save", |state| {
            if !state.versions.contains_key(&(plan.stack_id, plan.version)) {
                return Err(refused("a plan for a version that does not exist"));
            }
            if state.plans.contains_key(&plan.id) {
                return Err(refused(format_args!("the plan id `{}` is taken", plan.id)));
            }
            state.plans.insert(plan.id, plan.clone());
            Ok(())
        })
    }

    async fn find(&self, id: PlanId) -> Result<Option<StoredPlan>, StoreError> {
        self.db.read("PlanStore::find", |state| Ok(state.plans.get(&id).cloned()))
    }
}
