//! What containers and the host use.

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{LinkError, StatisticsLink};
use core_monitor_domain::statistics::{History, StatisticsSnapshot, Step};
use core_monitor_domain::time::Timestamp;

use super::EngineLinkClient;
use crate::operation::{RecentRequest, RecentStatistics, Statistics};

#[async_trait]
impl StatisticsLink for EngineLinkClient {
    async fn statistics(&self) -> Result<StatisticsSnapshot, LinkError> {
        self.ask::<Statistics>(()).await
    }

    async fn recent_statistics(
        &self,
        stack: StackId,
        service: Option<ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<History, LinkError> {
        self.ask::<RecentStatistics>(RecentRequest { stack, service, from, to, step }).await
    }
}
