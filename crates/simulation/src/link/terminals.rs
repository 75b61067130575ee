//! Commands in containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{
    ContainerTerminals as _, EngineError, ExecInput, ExecNews, ExecSession, Feed, InputSink, LinkError,
    TerminalLink,
};
use core_monitor_domain::terminal::{ExecRequest, ProcessList};
use tokio::sync::watch;

use super::{SimEngineLink, away, link_error};

#[async_trait]
impl TerminalLink for SimEngineLink {
    async fn exec(
        &self,
        container: &ContainerId,
        request: &ExecRequest,
    ) -> Result<ExecSession<LinkError>, LinkError> {
        self.reached()?;
        let session = self.engine.exec(container, request).await.map_err(link_error)?;
        Ok(linked(session, self.away.subscribe()))
    }

    async fn processes(&self, container: &ContainerId) -> Result<ProcessList, LinkError> {
        self.reached()?;
        self.engine.processes(container).await.map_err(link_error)
    }
}

/// The session while the worker is available: until `away` becomes true.
pub fn linked(session: ExecSession<EngineError>, away: watch::Receiver<bool>) -> ExecSession<LinkError> {
    ExecSession {
        input: Box::new(SimInput(session.input)),
        output: Box::new(SimOutput { output: session.output, away }),
    }
}

struct SimInput(Box<dyn InputSink<EngineError>>);

#[async_trait]
impl InputSink<LinkError> for SimInput {
    async fn send(&mut self, input: ExecInput) -> Result<(), LinkError> {
        self.0.send(input).await.map_err(link_error)
    }
}

struct SimOutput {
    output: Box<dyn Feed<ExecNews, EngineError>>,
    away: watch::Receiver<bool>,
}

#[async_trait]
impl Feed<ExecNews, LinkError> for SimOutput {
    async fn next(&mut self) -> Result<Option<ExecNews>, LinkError> {
        tokio::select! {
            biased;
            news = self.output.next() => news.map_err(link_error),
            // A dropped link counts as a stopped worker.
            _ = self.away.wait_for(|away| *away) => Err(away()),
        }
    }
}
