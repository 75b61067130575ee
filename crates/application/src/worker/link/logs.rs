//! The output of containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, Feed, LinkError, LogLink, LogStart, OutputChunk, OutputFeed};

use super::{WorkerLink, told};

#[async_trait]
impl LogLink for WorkerLink {
    async fn follow_logs(
        &self,
        container: &ContainerId,
        from: LogStart,
    ) -> Result<OutputFeed<LinkError>, LinkError> {
        let output = self.readers.logs.follow(container, from).await.map_err(|error| told(&error))?;
        Ok(Box::new(Told(output)))
    }
}

/// A feed of the engine, with its errors converted to link errors.
struct Told(OutputFeed<EngineError>);

#[async_trait]
impl Feed<OutputChunk, LinkError> for Told {
    async fn next(&mut self) -> Result<Option<OutputChunk>, LinkError> {
        self.0.next().await.map_err(|error| told(&error))
    }
}
