//! Running commands in containers, with their input and output.

use async_trait::async_trait;

use super::{EngineError, Feed, OutputChunk};
use crate::ids::ContainerId;
use crate::terminal::{ExecEnd, ExecRequest, ProcessList, TerminalSize};

/// Runs commands in containers that are running.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ContainerTerminals: Send + Sync {
    /// Starts a command. [`EngineError::NotFound`] if there is no such container, [`EngineError::Conflict`] if it is not
    /// running or is paused. A program that does not exist in the container is not an error: the engine says so in the
    /// output, and the exit code is 126 or 127.
    async fn exec(
        &self,
        container: &ContainerId,
        request: &ExecRequest,
    ) -> Result<ExecSession<EngineError>, EngineError>;

    /// The processes of a container. The errors are those of [`exec`](Self::exec).
    async fn processes(&self, container: &ContainerId) -> Result<ProcessList, EngineError>;
}

/// A running command. The engine cannot end it: if both halves are dropped, its input ends, and a shell in a terminal is
/// hung up. What ignores that runs on.
pub struct ExecSession<E> {
    /// What it reads.
    pub input: Box<dyn InputSink<E>>,
    /// What it writes, and how it ends.
    pub output: Box<dyn Feed<ExecNews, E>>,
}

/// What happens to a running command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecNews {
    /// It has written something. With a terminal, everything is [`OutputStream::Stdout`](super::OutputStream::Stdout).
    Output(OutputChunk),
    /// It has ended: the last news.
    Ended(ExecEnd),
}

/// The input of a running command.
#[async_trait]
pub trait InputSink<E>: Send {
    /// Hands something over as soon as there is room for it. An error means that the command takes no input any more; how it
    /// ends is told by the output. Cancelling the wait may leave a part of the input handed over.
    async fn send(&mut self, input: ExecInput) -> Result<(), E>;
}

/// Something for a running command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecInput {
    /// Bytes to read.
    Bytes(Vec<u8>),
    /// Its terminal has another size from now on. Without a terminal, nothing happens.
    Resize(TerminalSize),
    /// There is nothing more to read. With a terminal, nothing happens: its input ends with it.
    End,
}
