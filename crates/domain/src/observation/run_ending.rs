//! How the last run of a container ended.

use serde::{Deserialize, Serialize};

use super::{ContainerState, ObservedContainer};

/// Who ended the last run of a container. The exit code does not say: a process that is asked to stop may exit with 0,
/// as one that has done its work does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnding {
    /// It has not ended, or the engine no longer remembers.
    #[default]
    Unknown,
    /// The process: nobody sent it a signal through the engine.
    ByItself,
    /// Somebody: it was stopped or killed through the engine.
    Stopped,
}

impl ObservedContainer {
    /// Whether its last run exited with 0, and nobody is known to have stopped it. Enough for a job that another service
    /// waits for; for any other service it takes [`has_finished`](Self::has_finished).
    pub fn succeeded(&self) -> bool {
        self.exited_with_success() && self.ending != RunEnding::Stopped
    }

    /// Whether its last run is known to have exited with 0 by itself.
    pub fn has_finished(&self) -> bool {
        self.exited_with_success() && self.ending == RunEnding::ByItself
    }

    /// Whether it exited with 0, for whatever reason.
    pub fn exited_with_success(&self) -> bool {
        matches!(self.state, ContainerState::Exited { code: 0 }) && self.error.is_empty()
    }
}
