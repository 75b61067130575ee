//! The output of containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LogEntry, LogRequest};
use core_monitor_domain::ports::{
    ContainerLogs as _, ContainerOutput, EngineError, Feed, LinkError, LogFeed, LogLink,
};
use tokio::sync::watch;

use super::{SimEngineLink, away, link_error};

#[async_trait]
impl LogLink for SimEngineLink {
    async fn read_logs(
        &self,
        container: &ContainerId,
        request: &LogRequest,
    ) -> Result<ContainerOutput<LinkError>, LinkError> {
        self.reached()?;
        Ok(match self.engine.read_logs(container, request).await.map_err(link_error)? {
            ContainerOutput::Readable(output) => {
                ContainerOutput::Readable(Box::new(SimFeed { output, away: self.away.subscribe() }))
            }
            ContainerOutput::Unreadable { driver } => ContainerOutput::Unreadable { driver },
        })
    }
}

/// Output while the worker is available.
struct SimFeed {
    output: LogFeed<EngineError>,
    away: watch::Receiver<bool>,
}

#[async_trait]
impl Feed<Vec<LogEntry>, LinkError> for SimFeed {
    async fn next(&mut self) -> Result<Option<Vec<LogEntry>>, LinkError> {
        tokio::select! {
            biased;
            entries = self.output.next() => entries.map_err(link_error),
            // A dropped link counts as a stopped worker.
            _ = self.away.wait_for(|away| *away) => Err(away()),
        }
    }
}
