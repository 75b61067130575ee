//! The output of a command in a container, and its end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::observation::ContainerState;
use core_monitor_domain::ports::{Clock, EngineError, ExecNews, Feed, OutputChunk, within};
use core_monitor_domain::terminal::ExecEnd;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::Execution;
use super::unstarted::Beginning;
use crate::follow::{Demux, Form};
use crate::observe;

/// The exit code of a command that was killed, as those of a container that stops are.
const KILLED: i64 = 137;
/// How often the engine is asked how a command ended, and the pause in between: its parts learn it one after the other.
const LOOKS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(50);
/// How long output is held back that may be an error of the engine, which ends the output at once.
const DOUBT: Duration = Duration::from_secs(1);

/// The reading half of a connection.
type Reader = Box<dyn AsyncRead + Send + Unpin>;

pub(super) struct DockerExecOutput {
    execution: Execution,
    reader: Reader,
    demux: Demux,
    beginning: Beginning,
    /// What the command has written, and how it ended.
    sure: VecDeque<OutputChunk>,
    end: Option<ExecEnd>,
    clock: Arc<dyn Clock>,
}

impl DockerExecOutput {
    pub(super) fn new(
        execution: Execution,
        reader: impl AsyncRead + Send + Unpin + 'static,
        is_terminal: bool,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let form = if is_terminal { Form::Plain } else { Form::Multiplexed };
        Self {
            execution,
            reader: Box::new(reader),
            demux: Demux::new(form),
            beginning: Beginning::default(),
            sure: VecDeque::new(),
            end: None,
            clock,
        }
    }

    /// Waits for more of the output. Returns whether there is more.
    async fn read(&mut self) -> Result<bool, EngineError> {
        let reading = self.reader.read_buf(self.demux.buffer());
        let read = if self.beginning.holds() {
            within(&*self.clock, DOUBT, reading).await
        } else {
            Some(reading.await)
        };
        let Some(read) = read else {
            self.beginning.give_up(&mut self.sure);
            return Ok(true);
        };
        match read {
            Ok(0) if !self.demux.is_between_frames() => Err(interrupted("it ended within a frame")),
            Ok(0) => Ok(false),
            Ok(_) => Ok(true),
            Err(error) => Err(interrupted(&error.to_string())),
        }
    }

    /// How it ended, once the output has.
    async fn ended(&mut self) -> Result<ExecEnd, EngineError> {
        let end = self.execution.end(&*self.clock).await?;
        if let ExecEnd::Exited { code } = end
            && let Some(why) = self.beginning.error(code)
        {
            return Ok(ExecEnd::NotStarted(why));
        }
        self.beginning.give_up(&mut self.sure);
        Ok(end)
    }
}

impl Execution {
    /// How the command ended, once its output has.
    async fn end(&self, clock: &dyn Clock) -> Result<ExecEnd, EngineError> {
        let mut end = ExecEnd::Unknown;
        for look in 0..LOOKS {
            if look > 0 {
                clock.sleep(PAUSE).await;
            }
            match self.state().await {
                Ok(state) => match state.exit_code {
                    Some(code) if state.has_ended() && code != KILLED => return Ok(ExecEnd::Exited { code }),
                    Some(code) if state.has_ended() => end = ExecEnd::Exited { code },
                    _ => {}
                },
                // It is forgotten with its container.
                Err(EngineError::NotFound { .. }) => return Ok(ExecEnd::ContainerStopped),
                Err(error) => return Err(error),
            }
            if !self.container_runs().await? {
                return Ok(ExecEnd::ContainerStopped);
            }
        }
        Ok(end)
    }

    async fn container_runs(&self) -> Result<bool, EngineError> {
        let found = observe::inspect(&self.session, &self.container).await?;
        Ok(found.is_some_and(|found| {
            matches!(found.into_observed().state, ContainerState::Running | ContainerState::Paused)
        }))
    }
}

#[async_trait]
impl Feed<ExecNews, EngineError> for DockerExecOutput {
    async fn next(&mut self) -> Result<Option<ExecNews>, EngineError> {
        loop {
            if let Some(chunk) = self.sure.pop_front() {
                return Ok(Some(ExecNews::Output(chunk)));
            }
            if let Some(end) = self.end.take() {
                return Ok(Some(ExecNews::Ended(end)));
            }
            if let Some(chunk) = self.demux.next()? {
                self.beginning.sift(chunk, &mut self.sure);
            } else if !self.read().await? {
                self.end = Some(self.ended().await?);
            }
        }
    }
}

fn interrupted(why: &str) -> EngineError {
    EngineError::Unavailable { reason: format!("the command's output was interrupted: {why}") }
}
