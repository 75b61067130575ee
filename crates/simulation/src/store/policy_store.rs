//! [`PolicyStore`] in memory.

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::policy::Policy;
use core_monitor_domain::ports::{PolicyError, PolicyStore, StoreError, StoredPolicy};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;

/// The policy in memory.
#[derive(Debug, Clone)]
pub struct SimPolicyStore {
    db: SimDatabase,
}

impl SimPolicyStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl PolicyStore for SimPolicyStore {
    async fn current(&self) -> Result<StoredPolicy, StoreError> {
        self.db.read("PolicyStore::current", |state| Ok(state.policy.clone()))
    }

    async fn replace(
        &self,
        revision: u32,
        policy: &Policy,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<u32, PolicyError> {
        self.db.write("PolicyStore::replace", |state| {
            let is = state.policy.revision;
            if is != revision {
                return Err(PolicyError::Changed { revision: is });
            }
            state.policy = StoredPolicy { revision: revision.saturating_add(1), policy: policy.clone() };
            state.audit(Policy::replaced(actor, now));
            Ok(state.policy.revision)
        })
    }
}
