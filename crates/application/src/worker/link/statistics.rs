//! What containers and the host use, from memory.

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{LinkError, StatisticsLink};
use core_monitor_domain::statistics::{History, StatisticsSnapshot, Step};
use core_monitor_domain::time::Timestamp;

use super::WorkerLink;
use crate::worker::statistics::Statistics;

impl WorkerLink {
    fn collected(&self) -> Result<&Statistics, LinkError> {
        let off = || LinkError::Refused {
            message: "it does not collect statistics, as its setting `statistics` says".to_owned(),
        };
        self.statistics.as_ref().ok_or_else(off)
    }
}

#[async_trait]
impl StatisticsLink for WorkerLink {
    async fn statistics(&self) -> Result<StatisticsSnapshot, LinkError> {
        Ok(self.collected()?.snapshot())
    }

    async fn recent_statistics(
        &self,
        stack: StackId,
        service: Option<ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<History, LinkError> {
        Ok(self.collected()?.recent(stack, service.as_ref(), from, to, step))
    }
}
