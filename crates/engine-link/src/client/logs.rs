//! The output of containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{Feed, LinkError, LogLink, LogStart, OutputChunk, OutputFeed};

use super::EngineLinkClient;
use crate::call::{Call, Said};
use crate::operation::{FollowLogs, LogRequest};

#[async_trait]
impl LogLink for EngineLinkClient {
    async fn follow_logs(
        &self,
        container: &ContainerId,
        from: LogStart,
    ) -> Result<OutputFeed<LinkError>, LinkError> {
        let request = LogRequest { container: container.clone(), from };
        Ok(Box::new(self.begin::<FollowLogs>(&request).await?))
    }
}

#[async_trait]
impl Feed<OutputChunk, LinkError> for Call<FollowLogs> {
    async fn next(&mut self) -> Result<Option<OutputChunk>, LinkError> {
        match Self::next(self).await? {
            Said::Item(chunk) => Ok(Some(chunk)),
            Said::End(()) => Ok(None),
        }
    }
}
