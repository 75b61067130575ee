//! The alerts that were told, and what the watch over them remembers.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::StoreError;
use crate::alerts::{Alert, WatchState};

/// How many alerts are kept.
pub const KEPT_ALERTS: u32 = 500;

/// An alert that was told.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredAlert {
    /// Later ones have larger numbers.
    pub id: i64,
    /// The alert.
    pub alert: Alert,
    /// The channels that it was sent to, and why one did not take it.
    pub delivered: BTreeMap<String, Option<String>>,
}

/// Stores alerts.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AlertStore: Send + Sync {
    /// What the watch remembers; nothing if it never looked, or if a later release has written something else.
    async fn watched(&self) -> Result<WatchState, StoreError>;

    /// Stores what the watch remembers together with the alerts that it tells, in one transaction, and forgets all but the last
    /// [`KEPT_ALERTS`]. Returns the alerts with their numbers.
    async fn tell(&self, state: &WatchState, alerts: &[Alert]) -> Result<Vec<StoredAlert>, StoreError>;

    /// The channel has taken the alert, or says why it does not.
    async fn delivered(&self, id: i64, channel: &str, failure: Option<String>) -> Result<(), StoreError>;

    /// The last alerts, the newest first.
    async fn last(&self, limit: u32) -> Result<Vec<StoredAlert>, StoreError>;
}
