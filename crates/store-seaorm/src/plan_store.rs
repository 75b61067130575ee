//! [`PlanStore`]: stored plans.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ids::{PlanId, StackId};
use core_monitor_domain::plan::PlanRetention;
use core_monitor_domain::ports::{PlanStore, StoreError, StoredPlan};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::cell::AsText;
use crate::database::Connections;
use crate::entity::{command, plan};
use crate::rows;
use crate::store_error::store_error;

/// Plans in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmPlanStore {
    db: Arc<Connections>,
}

impl SeaOrmPlanStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl PlanStore for SeaOrmPlanStore {
    async fn save(&self, plan: &StoredPlan, keep: PlanRetention) -> Result<(), StoreError> {
        // Compressing takes time, so it comes before the write lock.
        let row = plan::row(plan)?;
        let tx = self.db.write().await?;
        plan::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
        let heads = rows::list::<plan::Head>(&*tx, plan::heads()).await?;
        let confirmed = confirmed(&tx).await?;
        for id in keep.outdated(heads, &confirmed, plan.created_at) {
            plan::Entity::delete_by_id(AsText(id)).exec(&*tx).await.map_err(store_error)?;
        }
        tx.commit().await
    }

    async fn find(&self, id: PlanId) -> Result<Option<StoredPlan>, StoreError> {
        rows::find::<plan::Model>(self.db.reader(), plan::Entity::find_by_id(AsText(id))).await
    }
}

/// Removes the plans of a stack that is deleted in the same transaction.
pub(crate) async fn forget(tx: &DatabaseTransaction, stack: StackId) -> Result<(), StoreError> {
    let heads = plan::heads().filter(plan::Column::StackId.eq(AsText(stack)));
    let heads = rows::list::<plan::Head>(tx, heads).await?;
    if heads.is_empty() {
        return Ok(());
    }
    let confirmed = confirmed(tx).await?;
    for head in heads.into_iter().filter(|head| !confirmed.contains(&head.id)) {
        plan::Entity::delete_by_id(AsText(head.id)).exec(tx).await.map_err(store_error)?;
    }
    Ok(())
}

/// The plans that open commands confirmed.
async fn confirmed(tx: &DatabaseTransaction) -> Result<BTreeSet<PlanId>, StoreError> {
    let confirming = rows::list::<command::Confirming>(tx, command::confirming()).await?;
    Ok(confirming.into_iter().flatten().collect())
}
