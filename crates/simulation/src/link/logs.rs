//! The output of containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{
    ContainerLogs as _, EngineError, Feed, LinkError, LogLink, LogStart, OutputChunk, OutputFeed,
};
use tokio::sync::watch;

use super::{SimEngineLink, away, link_error};

#[async_trait]
impl LogLink for SimEngineLink {
    async fn follow_logs(
        &self,
        container: &ContainerId,
        from: LogStart,
    ) -> Result<OutputFeed<LinkError>, LinkError> {
        self.reached()?;
        let output = self.engine.follow(container, from).await.map_err(link_error)?;
        Ok(Box::new(SimFeed { output, away: self.away.subscribe() }))
    }
}

/// Output while the worker is available.
struct SimFeed {
    output: OutputFeed<EngineError>,
    away: watch::Receiver<bool>,
}

#[async_trait]
impl Feed<OutputChunk, LinkError> for SimFeed {
    async fn next(&mut self) -> Result<Option<OutputChunk>, LinkError> {
        tokio::select! {
            biased;
            chunk = self.output.next() => chunk.map_err(link_error),
            // A dropped link counts as a stopped worker.
            _ = self.away.wait_for(|away| *away) => Err(away()),
        }
    }
}
