//! What containers and the host use.

use async_trait::async_trait;

use super::LinkError;
use crate::ids::StackId;
use crate::names::ServiceName;
use crate::statistics::{History, StatisticsSnapshot, Step};
use crate::time::Timestamp;

/// Reads the statistics that the worker keeps in memory. Nothing here makes the engine measure more than it does anyway.
#[async_trait]
pub trait StatisticsLink: Send + Sync {
    /// What everything uses now.
    async fn statistics(&self) -> Result<StatisticsSnapshot, LinkError>;

    /// What the places of a stack, or of one of its services, used in `from..to`, as far as that lies in the last hour. The step
    /// is larger if there would be too many points.
    async fn recent_statistics(
        &self,
        stack: StackId,
        service: Option<ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<History, LinkError>;
}
