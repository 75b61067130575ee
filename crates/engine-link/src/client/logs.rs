//! The output of containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LogEntry, LogRequest};
use core_monitor_domain::ports::{ContainerOutput, Feed, LinkError, LogLink, within};

use super::EngineLinkClient;
use crate::call::{Call, Said};
use crate::operation::{LogItem, ReadLogs, ReadLogsRequest};
use crate::refusal::garbled;

#[async_trait]
impl LogLink for EngineLinkClient {
    async fn read_logs(
        &self,
        container: &ContainerId,
        request: &LogRequest,
    ) -> Result<ContainerOutput<LinkError>, LinkError> {
        let request = ReadLogsRequest { container: container.clone(), request: request.clone() };
        let mut call = self.begin::<ReadLogs>(&request).await?;
        let limit = self.limits.opening;
        let first = within(&*self.clock, limit, call.next()).await;
        match first.unwrap_or(Err(LinkError::Timeout { after: limit }))? {
            Said::Item(LogItem::Readable) => Ok(ContainerOutput::Readable(Box::new(call))),
            Said::Item(LogItem::Unreadable { driver }) => Ok(ContainerOutput::Unreadable { driver }),
            Said::Item(LogItem::Entries(_)) | Said::End(()) => Err(garbled("its answer")),
        }
    }
}

#[async_trait]
impl Feed<Vec<LogEntry>, LinkError> for Call<ReadLogs> {
    async fn next(&mut self) -> Result<Option<Vec<LogEntry>>, LinkError> {
        match Self::next(self).await? {
            Said::Item(LogItem::Entries(entries)) => Ok(Some(entries)),
            Said::Item(LogItem::Readable | LogItem::Unreadable { .. }) => Err(garbled("a part of a log")),
            Said::End(()) => Ok(None),
        }
    }
}
