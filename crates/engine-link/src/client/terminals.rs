//! Commands in containers.

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{
    ExecInput, ExecNews, ExecSession, Feed, InputSink, LinkError, TerminalLink,
};
use core_monitor_domain::terminal::{ExecRequest, ProcessList};

use super::EngineLinkClient;
use crate::call::{Call, CallInput, Said};
use crate::operation::{Exec, ListProcesses, OpenExec};

#[async_trait]
impl TerminalLink for EngineLinkClient {
    async fn exec(
        &self,
        container: &ContainerId,
        request: &ExecRequest,
    ) -> Result<ExecSession<LinkError>, LinkError> {
        let open = OpenExec { container: container.clone(), request: request.clone() };
        let call = self.begin::<Exec>(&open).await?;
        Ok(ExecSession { input: Box::new(call.input()), output: Box::new(call) })
    }

    async fn processes(&self, container: &ContainerId) -> Result<ProcessList, LinkError> {
        self.ask::<ListProcesses>(container.clone()).await
    }
}

#[async_trait]
impl Feed<ExecNews, LinkError> for Call<Exec> {
    async fn next(&mut self) -> Result<Option<ExecNews>, LinkError> {
        Ok(Some(match Self::next(self).await? {
            Said::Item(chunk) => ExecNews::Output(chunk),
            Said::End(end) => ExecNews::Ended(end),
        }))
    }
}

#[async_trait]
impl InputSink<LinkError> for CallInput<Exec> {
    async fn send(&mut self, input: ExecInput) -> Result<(), LinkError> {
        Self::send(self, &input).await
    }
}
