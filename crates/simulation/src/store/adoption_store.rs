//! [`AdoptionStore`] in memory.

use async_trait::async_trait;
use core_monitor_domain::adoption::Adoption;
use core_monitor_domain::ports::{AdoptionStore, Import, NewStack, SaveError, Saved, StoreError};

use super::SimDatabase;
use super::saved_versions::{create, replayed};
use super::state::State;

/// Adoptions in memory.
#[derive(Debug, Clone)]
pub struct SimAdoptionStore {
    db: SimDatabase,
}

impl SimAdoptionStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AdoptionStore for SimAdoptionStore {
    async fn import(&self, new: NewStack, import: Import) -> Result<Saved, SaveError> {
        self.db.write("AdoptionStore::import", |state| {
            if let Some(earlier) = replayed(state, &new.version)? {
                return Ok(earlier);
            }
            if let Some(other) = live(state).find(|known| known.shares_with(&import.adoption)) {
                return Err(SaveError::Adopted { holder: other.stack_id });
            }
            let mut saved = create(state, new)?;
            saved.stack.current_version = Some(saved.version.version);
            saved.stack.stopped_runs.clone_from(&import.stopped_runs);
            state.stacks.insert(saved.stack.id, saved.stack.clone());
            state.releases.push(import.release);
            state.adoptions.insert(saved.stack.id, import.adoption);
            Ok(saved)
        })
    }

    async fn list(&self) -> Result<Vec<Adoption>, StoreError> {
        self.db.read("AdoptionStore::list", |state| Ok(live(state).cloned().collect()))
    }
}

fn live(state: &State) -> impl Iterator<Item = &Adoption> {
    state.adoptions.values().filter(|adoption| state.live_stack(adoption.stack_id).is_some())
}
