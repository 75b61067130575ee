//! [`ObservationStore`] in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::{HostObservation, Observation, ObservedContainer};
use core_monitor_domain::ports::{ObservationStore, StoreError};

use super::SimDatabase;

/// The observation in memory.
#[derive(Debug, Clone)]
pub struct SimObservationStore {
    db: SimDatabase,
}

impl SimObservationStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ObservationStore for SimObservationStore {
    async fn save(&self, observation: &Observation) -> Result<(), StoreError> {
        self.db.write("ObservationStore::save", |state| {
            let mut stacks: BTreeMap<StackId, Vec<ObservedContainer>> = BTreeMap::new();
            for container in &observation.containers {
                if let Some(stack) = container.stack_id() {
                    stacks.entry(stack).or_default().push(container.clone());
                }
            }
            state.host = Some(observation.host.clone());
            state.containers = stacks;
            Ok(())
        })
    }

    async fn host(&self) -> Result<Option<HostObservation>, StoreError> {
        self.db.read("ObservationStore::host", |state| Ok(state.host.clone()))
    }

    async fn containers(&self, stack: StackId) -> Result<Vec<ObservedContainer>, StoreError> {
        self.db.read("ObservationStore::containers", |state| {
            Ok(state.containers.get(&stack).cloned().unwrap_or_default())
        })
    }

    async fn containers_of(
        &self,
        stacks: &[StackId],
    ) -> Result<Vec<(StackId, Vec<ObservedContainer>)>, StoreError> {
        self.db.read("ObservationStore::containers_of", |state| {
            let of = |stack: &StackId| (*stack, state.containers.get(stack).cloned().unwrap_or_default());
            Ok(stacks.iter().map(of).collect())
        })
    }
}
