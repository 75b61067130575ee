//! [`AlertStore`] in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::alerts::{Alert, WatchState};
use core_monitor_domain::ports::{AlertStore, KEPT_ALERTS, StoreError, StoredAlert};

use super::SimDatabase;

/// The tables of alerts.
#[derive(Debug, Default)]
pub(super) struct AlertTables {
    state: WatchState,
    alerts: Vec<StoredAlert>,
    last_id: i64,
}

/// Alerts in memory.
#[derive(Debug, Clone)]
pub struct SimAlertStore {
    db: SimDatabase,
}

impl SimAlertStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AlertStore for SimAlertStore {
    async fn watched(&self) -> Result<WatchState, StoreError> {
        self.db.read("AlertStore::watched", |state| Ok(state.alerts.state.clone()))
    }

    async fn tell(&self, watch: &WatchState, alerts: &[Alert]) -> Result<Vec<StoredAlert>, StoreError> {
        self.db.write("AlertStore::tell", |state| {
            let tables = &mut state.alerts;
            tables.state = watch.clone();
            let mut told = Vec::new();
            for alert in alerts {
                tables.last_id += 1;
                told.push(StoredAlert {
                    id: tables.last_id,
                    alert: alert.clone(),
                    delivered: BTreeMap::new(),
                });
            }
            tables.alerts.extend(told.clone());
            let newest = tables.last_id;
            tables.alerts.retain(|stored| stored.id > newest - i64::from(KEPT_ALERTS));
            Ok(told)
        })
    }

    async fn delivered(&self, id: i64, channel: &str, failure: Option<String>) -> Result<(), StoreError> {
        self.db.write("AlertStore::delivered", |state| {
            if let Some(stored) = state.alerts.alerts.iter_mut().find(|stored| stored.id == id) {
                stored.delivered.insert(channel.to_owned(), failure);
            }
            Ok(())
        })
    }

    async fn last(&self, limit: u32) -> Result<Vec<StoredAlert>, StoreError> {
        self.db.read("AlertStore::last", |state| {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            Ok(state.alerts.alerts.iter().rev().take(limit).cloned().collect())
        })
    }
}
