//! The input of a command in a container.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::{Clock, EngineError, ExecInput, InputSink, within};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::Execution;

/// What is typed when a terminal is closed from outside: an interrupt for the program in the foreground, then the end of the
/// input for the shell. The engine cannot end a command, and leaves it running when its connection is closed.
const HANG_UP: [&[u8]; 2] = [b"\x03", b"\x04"];
/// How often, and the pause behind each: the shell needs a moment to notice, and a program that it is just starting gets no
/// interrupt yet.
const TIMES: usize = 3;
const PAUSE: Duration = Duration::from_millis(100);
/// How long all of that may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The writing half of a connection.
type Writer = Box<dyn AsyncWrite + Send + Unpin>;

pub(super) struct DockerInput {
    execution: Execution,
    /// `None` once the input has ended.
    writer: Option<Writer>,
    is_terminal: bool,
    clock: Arc<dyn Clock>,
}

impl DockerInput {
    pub(super) fn new(
        execution: Execution,
        writer: impl AsyncWrite + Send + Unpin + 'static,
        is_terminal: bool,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { execution, writer: Some(Box::new(writer)), is_terminal, clock }
    }
}

fn closed() -> EngineError {
    EngineError::Conflict { message: "the command takes no input any more".to_owned() }
}

#[async_trait]
impl InputSink<EngineError> for DockerInput {
    async fn send(&mut self, input: ExecInput) -> Result<(), EngineError> {
        match input {
            ExecInput::Bytes(bytes) => {
                let writer = self.writer.as_mut().ok_or_else(closed)?;
                writer.write_all(&bytes).await.map_err(|_| closed())?;
                writer.flush().await.map_err(|_| closed())
            }
            ExecInput::Resize(size) if self.is_terminal => {
                if let Err(error) = self.execution.resize(size).await {
                    // The command may just have ended; the next size comes with the next change of the window.
                    tracing::debug!(%error, "cannot resize a terminal");
                }
                Ok(())
            }
            ExecInput::End if !self.is_terminal => match self.writer.take() {
                // Only this direction: the output goes on.
                Some(mut writer) => writer.shutdown().await.map_err(|_| closed()),
                None => Ok(()),
            },
            ExecInput::Resize(_) | ExecInput::End => Ok(()),
        }
    }
}

impl Drop for DockerInput {
    fn drop(&mut self) {
        let Some(mut writer) = self.writer.take().filter(|_| self.is_terminal) else { return };
        let clock = Arc::clone(&self.clock);
        tokio::spawn(async move {
            // If the command has ended, nobody reads it.
            let hanging_up = async {
                for key in HANG_UP.iter().cycle().take(TIMES * HANG_UP.len()) {
                    if writer.write_all(key).await.is_err() || writer.flush().await.is_err() {
                        return;
                    }
                    clock.sleep(PAUSE).await;
                }
                let _ = writer.shutdown().await;
            };
            let _ = within(&*clock, PATIENCE, hanging_up).await;
        });
    }
}
