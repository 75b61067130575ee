//! [`AdoptionStore`]: the objects adopted by imported stacks.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::adoption::Adoption;
use core_monitor_domain::ports::{
    AdoptionStore, Import, NewStack, SaveError, Saved, StackChange, StoreError,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::database::Connections;
use crate::entity::{adoption, stack};
use crate::rows;
use crate::saved_versions::{create_in, replayed};
use crate::stack_store::change_stack;
use crate::store_error::store_error;

/// Adoptions in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmAdoptionStore {
    db: Arc<Connections>,
}

impl SeaOrmAdoptionStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AdoptionStore for SeaOrmAdoptionStore {
    async fn import(&self, new: NewStack, import: Import) -> Result<Saved, SaveError> {
        let tx = self.db.write().await?;
        if let Some(earlier) = replayed(&tx, &new.version).await? {
            return Ok(earlier);
        }
        if let Some(other) = list(&*tx).await?.iter().find(|known| known.shares_with(&import.adoption)) {
            return Err(SaveError::Adopted { holder: other.stack_id });
        }
        let now = new.version.now;
        let mut saved = create_in(&tx, new).await?;
        let change = StackChange {
            current_version: Some(saved.version.version),
            release: Some(import.release),
            stopped_runs: Some(import.stopped_runs),
            ..StackChange::default()
        };
        saved.stack.current_version = change.current_version;
        saved.stack.stopped_runs = change.stopped_runs.clone().unwrap_or_default();
        change_stack(&tx, saved.stack.id, change, now).await?;
        let row = adoption::row(&import.adoption)?;
        adoption::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
        tx.commit().await?;
        Ok(saved)
    }

    async fn list(&self) -> Result<Vec<Adoption>, StoreError> {
        list(self.db.reader()).await
    }
}

/// The objects adopted by stacks that are not deleted.
async fn list(db: &impl ConnectionTrait) -> Result<Vec<Adoption>, StoreError> {
    let query = adoption::Entity::find()
        .inner_join(stack::Entity)
        .filter(stack::Column::DeletedAt.is_null())
        .order_by_asc(adoption::Column::StackId);
    rows::list::<adoption::Model>(db, query).await
}
