//! What has changed in the database, as cheaply as it can be found out.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::StoreError;
use crate::ids::StackId;
use crate::time::Timestamp;

/// Where everything stands. Two equal values mean that nothing has changed in between that anybody is told about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// Id of the newest event of a command; 0 if there is none.
    pub event: i64,
    /// Id of the newest entry of the audit; 0 if there is none.
    pub audit: i64,
    /// How often named secrets were changed.
    pub secrets: u64,
    /// When the engine was last observed.
    pub observed_at: Option<Timestamp>,
    /// Differs for two observations of the host if anything but their time does; empty before the first one.
    pub host: String,
}

/// Says where the tables stand, without reading what they hold.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ChangeMarks: Send + Sync {
    /// Where everything stands, at one moment.
    async fn marks(&self) -> Result<Marks, StoreError>;

    /// For each stack with observed containers, what differs if anything about them does. Only a newer
    /// [`observed_at`](Marks::observed_at) brings other values.
    async fn observed(&self) -> Result<BTreeMap<StackId, String>, StoreError>;
}
