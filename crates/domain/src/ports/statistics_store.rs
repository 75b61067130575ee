//! The statistics of the last 14 days, written by the worker.

use async_trait::async_trait;

use super::StoreError;
use crate::ids::StackId;
use crate::names::ServiceName;
use crate::statistics::{History, Place, Point, StatisticsRetention, Step};
use crate::time::Timestamp;

/// Stores points of five minutes. They may be lost: nothing depends on them.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StatisticsStore: Send + Sync {
    /// Adds points, in one transaction. A second point of the same place and time is added to the first. With `tidy`, what is
    /// too old, or too much, at that time is removed in the same transaction.
    async fn record(
        &self,
        points: &[(Place, Point)],
        tidy: Option<(StatisticsRetention, Timestamp)>,
    ) -> Result<(), StoreError>;

    /// The points in `from..to` of a stack, or of one of its services; by place, oldest first. The step is larger if there would
    /// be too many points. Points that cannot be read are left out.
    async fn history(
        &self,
        stack: StackId,
        service: Option<ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<History, StoreError>;

    /// About how many bytes all points take.
    async fn bytes(&self) -> Result<u64, StoreError>;
}
