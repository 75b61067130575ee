//! [`CreationStore`]: the records of what commands created.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::creation::{Creation, CreationChange, Creations, Found};
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::ports::{CreationStore, StoreError};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait};

use crate::database::Connections;
use crate::entity::{creation, placement, setting, stack};
use crate::rows;
use crate::store_error::store_error;

/// Records in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmCreationStore {
    db: Arc<Connections>,
}

impl SeaOrmCreationStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl CreationStore for SeaOrmCreationStore {
    async fn list(&self) -> Result<Creations, StoreError> {
        let db = self.db.reader();
        // In this order: once they are settled, the records of what was there before are complete.
        let settled = is_settled(db).await?;
        let list = rows::list::<creation::Model>(db, creation::Entity::find()).await?;
        let placements = rows::list::<placement::Model>(db, placement::all()).await?;
        Ok(Creations { settled, list, placements })
    }

    async fn complete(&self, found: &[Found]) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        for found in found {
            creation::complete(&found.mark, &found.object).exec(&*tx).await.map_err(store_error)?;
        }
        tx.commit().await
    }

    async fn add(&self, creations: &[Creation]) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        for creation in creations {
            let known = match creation.container {
                Some(_) => creation::of_anonymous(creation),
                None => creation::of_object(creation),
            };
            if known.count(&*tx).await.map_err(store_error)? == 0 {
                let row = creation::row(creation);
                creation::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
            }
        }
        tx.commit().await
    }

    async fn settle(&self, claims: &[Creation]) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        if is_settled(&*tx).await? {
            return Ok(());
        }
        for claim in claims {
            let stacks = if claim.outlives_its_stack() { stack::with_deleted } else { stack::live };
            let stack = stacks(claim.stack_id).count(&*tx).await.map_err(store_error)?;
            let known = creation::of_object(claim).count(&*tx).await.map_err(store_error)?;
            if stack > 0 && known == 0 {
                let row = creation::row(claim);
                creation::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
            }
        }
        setting::Entity::insert(setting::creations_settled())
            .exec_without_returning(&*tx)
            .await
            .map_err(store_error)?;
        tx.commit().await
    }
}

async fn is_settled(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let rows = setting::Entity::find_by_id(setting::CREATIONS_SETTLED).count(db).await;
    Ok(rows.map_err(store_error)? > 0)
}

/// Carries out a change, in the transaction of what causes it.
pub(crate) async fn change(tx: &DatabaseTransaction, change: CreationChange) -> Result<(), StoreError> {
    match change {
        CreationChange::Begun(begun) => {
            creation::Entity::insert(creation::row(&begun)).exec_without_returning(tx).await.map(|_| ())
        }
        CreationChange::Made(found) => {
            creation::complete(&found.mark, &found.object).exec(tx).await.map(|_| ())
        }
        CreationChange::Refused(mark) => creation::refused(&mark).exec(tx).await.map(|_| ()),
        CreationChange::VolumeGone(stack_id, name) => {
            creation::volume_gone(stack_id, &name).exec(tx).await.map(|_| ())
        }
        CreationChange::Deleted(stack_id) => creation::stack_gone(stack_id).exec(tx).await.map(|_| ()),
        CreationChange::Released(stack_id, kept) => return released(tx, stack_id, &kept).await,
    }
    .map_err(store_error)
}

/// Removes the records of the containers that a stack no longer has.
async fn released(
    tx: &DatabaseTransaction,
    stack_id: StackId,
    kept: &std::collections::BTreeSet<ContainerId>,
) -> Result<(), StoreError> {
    let known = rows::list::<creation::Numbered>(tx, creation::containers_of(stack_id)).await?;
    for (number, _) in known.into_iter().filter(|(_, object)| !kept.contains(&ContainerId(object.clone()))) {
        creation::gone(number).exec(tx).await.map_err(store_error)?;
    }
    Ok(())
}
