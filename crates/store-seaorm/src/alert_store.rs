//! [`AlertStore`]: the alerts that were told.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::alerts::{Alert, WatchState};
use core_monitor_domain::ports::{AlertStore, KEPT_ALERTS, StoreError, StoredAlert};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use crate::cell::Json;
use crate::database::Connections;
use crate::entity::{alert, alert_watch};
use crate::rows;
use crate::store_error::store_error;

/// Alerts in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmAlertStore {
    db: Arc<Connections>,
}

impl SeaOrmAlertStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AlertStore for SeaOrmAlertStore {
    async fn watched(&self) -> Result<WatchState, StoreError> {
        let only = alert_watch::Entity::find_by_id(alert_watch::ONLY);
        let state = rows::find::<alert_watch::Model>(self.db.reader(), only).await?;
        Ok(state.flatten().unwrap_or_default())
    }

    async fn tell(&self, state: &WatchState, alerts: &[Alert]) -> Result<Vec<StoredAlert>, StoreError> {
        let tx = self.db.write().await?;
        let row = alert_watch::Entity::insert(alert_watch::row(state)?).on_conflict(alert_watch::again());
        row.exec_without_returning(&*tx).await.map_err(store_error)?;
        let mut told = Vec::with_capacity(alerts.len());
        for alert in alerts {
            let insert = alert::Entity::insert(alert::row(alert)?);
            let id = insert.exec(&*tx).await.map_err(store_error)?.last_insert_id;
            told.push(StoredAlert { id, alert: alert.clone(), delivered: std::collections::BTreeMap::new() });
        }
        if let Some(newest) = told.last() {
            let oldest = newest.id.saturating_sub(i64::from(KEPT_ALERTS)).saturating_add(1);
            alert::remove_before(oldest).exec(&*tx).await.map_err(store_error)?;
        }
        tx.commit().await?;
        Ok(told)
    }

    async fn delivered(&self, id: i64, channel: &str, failure: Option<String>) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        let one = alert::Entity::find_by_id(id);
        let Some(Some(mut stored)) = rows::find::<alert::Model>(&*tx, one).await? else { return Ok(()) };
        stored.delivered.insert(channel.to_owned(), failure);
        let row = alert::ActiveModel {
            alert_id: Set(id),
            delivered: Set(Json::of(&stored.delivered)?),
            ..Default::default()
        };
        alert::Entity::update(row).exec(&*tx).await.map_err(store_error)?;
        tx.commit().await
    }

    async fn last(&self, limit: u32) -> Result<Vec<StoredAlert>, StoreError> {
        let last = rows::list::<alert::Model>(self.db.reader(), alert::last(limit)).await?;
        Ok(last.into_iter().flatten().collect())
    }
}
