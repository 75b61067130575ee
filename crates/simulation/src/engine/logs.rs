//! Following a container's output.

use std::collections::VecDeque;

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{
    ContainerLogs, EngineError, Feed, LogLine, LogStart, OutputChunk, OutputFeed, OutputStream,
};
use tokio::sync::mpsc;

use super::SimContainerEngine;
use super::world::World;

/// What a follower receives: output, or the loss of the engine.
pub(super) type Heard = Result<OutputChunk, ()>;

#[async_trait]
impl ContainerLogs for SimContainerEngine {
    async fn follow(
        &self,
        container: &ContainerId,
        from: LogStart,
    ) -> Result<OutputFeed<EngineError>, EngineError> {
        let mut world = self.reached()?;
        let found = world.container(container)?;
        let skip = match from {
            LogStart::Beginning => 0,
            LogStart::LastLines(lines) => {
                found.logs.len().saturating_sub(usize::try_from(lines).unwrap_or(usize::MAX))
            }
        };
        let written = found.logs[skip..].iter().map(chunk).collect();
        // Dropping the sender at once ends the feed of a stopped container.
        let runs = found.is_up();
        let (sender, further) = mpsc::unbounded_channel();
        if runs {
            world.followers.entry(container.clone()).or_default().push(sender);
        }
        Ok(Box::new(SimOutput { written, further }))
    }
}

impl SimContainerEngine {
    /// The number of current followers of a container's output.
    pub fn followers(&self, container: &ContainerId) -> usize {
        let world = self.world();
        let followers = world.followers.get(container);
        followers.map_or(0, |followers| followers.iter().filter(|sender| !sender.is_closed()).count())
    }

    /// Writes a line to a container's output.
    pub fn write_by_hand(&self, container: &ContainerId, stderr: bool, text: &str) {
        self.world().write_line(container, stderr, text.to_owned());
    }
}

impl World {
    /// Sends a line to the followers of the container.
    pub(super) fn tell_followers(&mut self, container: &ContainerId, line: &LogLine) {
        if let Some(followers) = self.followers.get_mut(container) {
            followers.retain(|follower| follower.send(Ok(chunk(line))).is_ok());
        }
    }

    /// Reports the loss of the engine to all followers.
    pub(super) fn lose_followers(&mut self) {
        for follower in std::mem::take(&mut self.followers).into_values().flatten() {
            // The follower may be gone.
            let _ = follower.send(Err(()));
        }
    }
}

fn chunk(line: &LogLine) -> OutputChunk {
    let stream = if line.stderr { OutputStream::Stderr } else { OutputStream::Stdout };
    OutputChunk { stream, bytes: format!("{}\n", line.text).into_bytes() }
}

#[derive(Debug)]
struct SimOutput {
    written: VecDeque<OutputChunk>,
    further: mpsc::UnboundedReceiver<Heard>,
}

#[async_trait]
impl Feed<OutputChunk, EngineError> for SimOutput {
    async fn next(&mut self) -> Result<Option<OutputChunk>, EngineError> {
        if let Some(chunk) = self.written.pop_front() {
            return Ok(Some(chunk));
        }
        match self.further.recv().await {
            Some(Ok(chunk)) => Ok(Some(chunk)),
            Some(Err(())) => Err(EngineError::Unavailable { reason: "the engine went away".to_owned() }),
            None => Ok(None),
        }
    }
}
