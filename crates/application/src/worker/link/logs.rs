//! The output of containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LogEntry, LogRequest};
use core_monitor_domain::ports::{ContainerOutput, EngineError, Feed, LinkError, LogFeed, LogLink};

use super::{WorkerLink, told};

#[async_trait]
impl LogLink for WorkerLink {
    async fn read_logs(
        &self,
        container: &ContainerId,
        request: &LogRequest,
    ) -> Result<ContainerOutput<LinkError>, LinkError> {
        let output = self.readers.logs.read_logs(container, request).await.map_err(|error| told(&error))?;
        Ok(match output {
            ContainerOutput::Readable(feed) => ContainerOutput::Readable(Box::new(Told(feed))),
            ContainerOutput::Unreadable { driver } => ContainerOutput::Unreadable { driver },
        })
    }
}

/// A feed of the engine, with its errors converted to link errors.
struct Told(LogFeed<EngineError>);

#[async_trait]
impl Feed<Vec<LogEntry>, LinkError> for Told {
    async fn next(&mut self) -> Result<Option<Vec<LogEntry>>, LinkError> {
        self.0.next().await.map_err(|error| told(&error))
    }
}
