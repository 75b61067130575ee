//! [`RolloutStore`]: how far the rollouts of templates are.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::TemplateId;
use core_monitor_domain::ports::{RolloutStore, StoreError};
use core_monitor_domain::template::Rollout;
use core_monitor_domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::audit_log;
use crate::database::Connections;
use crate::entity::{rollout, template};
use crate::rows;
use crate::store_error::store_error;

/// Rollouts in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmRolloutStore {
    db: Arc<Connections>,
}

impl SeaOrmRolloutStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl RolloutStore for SeaOrmRolloutStore {
    async fn begin(&self, template: TemplateId, rollout: &Rollout) -> Result<Option<Rollout>, StoreError> {
        let tx = self.db.write().await?;
        let name = template::existing(&*tx, template).await?.name;
        let before = of(&*tx, template).await?;
        let was_there = before.is_some();
        if let Some(under_way) = before.filter(|before| before.state.is_open()) {
            return Ok(Some(under_way));
        }
        put(&*tx, template, rollout).await?;
        let entry = AuditEntry::rollout_started(&name, &rollout.by, rollout.started_at, was_there);
        audit_log::append(&*tx, entry).await?;
        tx.commit().await?;
        Ok(None)
    }

    async fn advance(
        &self,
        template: TemplateId,
        seen: &Rollout,
        next: &Rollout,
    ) -> Result<bool, StoreError> {
        let tx = self.db.write().await?;
        if of(&*tx, template).await?.as_ref() != Some(seen) {
            return Ok(false);
        }
        put(&*tx, template, next).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn cancel(
        &self,
        template: TemplateId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Rollout>, StoreError> {
        let tx = self.db.write().await?;
        let Some(before) = of(&*tx, template).await? else { return Ok(None) };
        let after = before.clone().cancelled();
        if after != before {
            let name = template::existing(&*tx, template).await?.name;
            put(&*tx, template, &after).await?;
            audit_log::append(&*tx, AuditEntry::rollout_cancelled(&name, by, now)).await?;
            tx.commit().await?;
        }
        Ok(Some(after))
    }

    async fn find(&self, template: TemplateId) -> Result<Option<Rollout>, StoreError> {
        of(self.db.reader(), template).await
    }

    async fn open(&self) -> Result<Vec<(TemplateId, Rollout)>, StoreError> {
        rows::list::<rollout::Model>(self.db.reader(), rollout::open()).await
    }
}

async fn of(db: &impl ConnectionTrait, template: TemplateId) -> Result<Option<Rollout>, StoreError> {
    let found = rows::find::<rollout::Model>(db, rollout::of(template)).await?;
    Ok(found.map(|(_, rollout)| rollout))
}

/// Stores a rollout in the place of the one before.
async fn put(db: &impl ConnectionTrait, template: TemplateId, rollout: &Rollout) -> Result<(), StoreError> {
    let insert = rollout::Entity::insert(rollout::row(template, rollout)?).on_conflict(rollout::again());
    insert.exec_without_returning(db).await.map_err(store_error)?;
    Ok(())
}
