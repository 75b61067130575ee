//! Commands in containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::labels;
use core_monitor_domain::ports::{
    EngineError, ExecInput, ExecNews, ExecSession, Feed, InputSink, LinkError, TerminalLink,
};
use core_monitor_domain::terminal::{ExecRequest, ProcessList};

use super::{WorkerLink, told};

#[async_trait]
impl TerminalLink for WorkerLink {
    async fn exec(
        &self,
        container: &ContainerId,
        request: &ExecRequest,
    ) -> Result<ExecSession<LinkError>, LinkError> {
        self.refuse_own(container).await?;
        let session = self.readers.terminals.exec(container, request).await.map_err(|error| told(&error))?;
        Ok(ExecSession {
            input: Box::new(ToldInput(session.input)),
            output: Box::new(ToldOutput(session.output)),
        })
    }

    async fn processes(&self, container: &ContainerId) -> Result<ProcessList, LinkError> {
        self.refuse_own(container).await?;
        self.readers.terminals.processes(container).await.map_err(|error| told(&error))
    }
}

impl WorkerLink {
    /// The server decides in which containers somebody may do something. This holds whatever it says: what runs in one of
    /// Core Monitor's own containers could reach the engine and every secret.
    pub(super) async fn refuse_own(&self, container: &ContainerId) -> Result<(), LinkError> {
        let found = self.readers.host.inspect(container).await.map_err(|error| told(&error))?;
        match found {
            Some(found) if found.labels.contains_key(labels::COMPONENT) => {
                Err(LinkError::Refused { message: "the container belongs to Core Monitor itself".to_owned() })
            }
            Some(_) => Ok(()),
            None => Err(LinkError::NotFound { message: format!("No such container: {container}") }),
        }
    }
}

/// Input, with the engine's errors converted to link errors.
struct ToldInput(Box<dyn InputSink<EngineError>>);

#[async_trait]
impl InputSink<LinkError> for ToldInput {
    async fn send(&mut self, input: ExecInput) -> Result<(), LinkError> {
        self.0.send(input).await.map_err(|error| told(&error))
    }
}

/// Output, with the engine's errors converted to link errors.
struct ToldOutput(Box<dyn Feed<ExecNews, EngineError>>);

#[async_trait]
impl Feed<ExecNews, LinkError> for ToldOutput {
    async fn next(&mut self) -> Result<Option<ExecNews>, LinkError> {
        self.0.next().await.map_err(|error| told(&error))
    }
}
