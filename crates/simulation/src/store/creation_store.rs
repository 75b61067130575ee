//! [`CreationStore`] in memory.

use async_trait::async_trait;
use core_monitor_domain::creation::{Creation, CreationChange, Creations, Found};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::observation::ObjectKind;
use core_monitor_domain::ports::{CreationStore, StoreError};

use super::SimDatabase;
use super::state::State;

/// Records in memory.
#[derive(Debug, Clone)]
pub struct SimCreationStore {
    db: SimDatabase,
}

impl SimCreationStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl CreationStore for SimCreationStore {
    async fn list(&self) -> Result<Creations, StoreError> {
        self.db.read("CreationStore::list", |state| Ok(state.creations.clone()))
    }

    async fn complete(&self, found: &[Found]) -> Result<(), StoreError> {
        self.db.write("CreationStore::complete", |state| {
            for found in found {
                complete(state, found);
            }
            Ok(())
        })
    }

    async fn add(&self, creations: &[Creation]) -> Result<(), StoreError> {
        self.db.write("CreationStore::add", |state| {
            for creation in creations {
                let same = |known: &&Creation| {
                    let identity = |of: &Creation| (of.kind, of.object.clone(), of.container.is_some());
                    identity(known) == identity(creation)
                        && (creation.object.is_some() || known.name == creation.name)
                };
                if !state.creations.list.iter().any(|known| same(&known)) {
                    state.creations.list.push(creation.clone());
                }
            }
            Ok(())
        })
    }

    async fn settle(&self, claims: &[Creation]) -> Result<(), StoreError> {
        self.db.write("CreationStore::settle", |state| {
            if std::mem::replace(&mut state.creations.settled, true) {
                return Ok(());
            }
            let is_meant = |claim: &&Creation| {
                let stack = state.stacks.get(&claim.stack_id);
                stack.is_some_and(|stack| claim.outlives_its_stack() || stack.deleted_at.is_none())
            };
            for claim in claims.iter().filter(is_meant) {
                let same = |known: &Creation| {
                    claim.object.is_some() && known.kind == claim.kind && known.object == claim.object
                };
                if !state.creations.list.iter().any(same) {
                    state.creations.list.push(claim.clone());
                }
            }
            Ok(())
        })
    }
}

/// Carries out a change, in the transaction of what causes it.
pub(super) fn change(state: &mut State, change: CreationChange) {
    let list = &mut state.creations.list;
    match change {
        CreationChange::Begun(begun) => list.push(begun),
        CreationChange::Made(found) => complete(state, &found),
        CreationChange::Refused(mark) => {
            list.retain(|known| known.mark != Some(mark) || known.object.is_some());
        }
        CreationChange::VolumeGone(stack, name) => {
            list.retain(|known| {
                (known.kind, known.stack_id) != (ObjectKind::Volume, stack) || known.name != name
            });
        }
        CreationChange::Released(stack, kept) => list.retain(|known| {
            let object = known.object.as_ref().map(|object| ContainerId(object.clone()));
            (known.kind, known.stack_id) != (ObjectKind::Container, stack)
                || object.is_none_or(|object| kept.contains(&object))
        }),
        CreationChange::Deleted(stack) => {
            list.retain(|known| {
                known.stack_id != stack || (known.kind == ObjectKind::Volume && known.container.is_none())
            });
        }
    }
}

fn complete(state: &mut State, found: &Found) {
    let list = &mut state.creations.list;
    let open = list.iter_mut().find(|known| known.mark == Some(found.mark) && known.object.is_none());
    if let Some(known) = open.filter(|known| known.kind != ObjectKind::Volume) {
        known.object = Some(found.object.clone());
    }
}
