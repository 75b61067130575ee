//! What containers and the host use.

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{EngineLink, LinkError};
use core_monitor_domain::statistics::{History, StatisticsSnapshot, Step};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::Question;

/// What everything uses now.
pub(crate) struct Statistics;

#[async_trait]
impl Question for Statistics {
    const NAME: &'static str = "statistics";
    type Request = ();
    type Answer = StatisticsSnapshot;

    async fn answer(link: &dyn EngineLink, (): ()) -> Result<Self::Answer, LinkError> {
        link.statistics().await
    }
}

/// What the places of a stack used in the last hour.
pub(crate) struct RecentStatistics;

/// Of which stack, when, and how finely.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RecentRequest {
    pub(crate) stack: StackId,
    pub(crate) service: Option<ServiceName>,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) step: Step,
}

#[async_trait]
impl Question for RecentStatistics {
    const NAME: &'static str = "recent_statistics";
    type Request = RecentRequest;
    type Answer = History;

    async fn answer(link: &dyn EngineLink, request: RecentRequest) -> Result<Self::Answer, LinkError> {
        let RecentRequest { stack, service, from, to, step } = request;
        link.recent_statistics(stack, service, from, to, step).await
    }
}
