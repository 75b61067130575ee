//! Reading from the container engine. Nothing here changes anything.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::EngineError;
use crate::ids::{ContainerId, InstanceId};
use crate::observation::{Observation, ObservedContainer};
use crate::time::Timestamp;

/// Reads of a container engine on one host.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait EngineReader: Send + Sync {
    /// Observes the whole host. Containers with this `instance` label and the `adopted` ones are reported in full, the
    /// others only with names and ports. Labels are reported as the engine has them. `taken_at` is set to `now`.
    async fn observe(
        &self,
        instance: InstanceId,
        adopted: &BTreeSet<ContainerId>,
        now: Timestamp,
    ) -> Result<Observation, EngineError>;

    /// Inspects one container; `None` if it does not exist.
    async fn inspect(&self, container: &ContainerId) -> Result<Option<ObservedContainer>, EngineError>;

    /// The last lines of a container's output, oldest first.
    async fn tail_logs(&self, container: &ContainerId, lines: u32) -> Result<Vec<LogLine>, EngineError>;

    /// The last health check of a container that has ended; `None` if there is none, or the container is gone.
    async fn last_check(&self, container: &ContainerId) -> Result<Option<LastCheck>, EngineError>;

    /// Changes from now on. Ends with an error if the connection to the engine is lost.
    async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError>;
}

/// A health check that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCheck {
    /// When it began, by the engine's clock.
    pub started_at: Timestamp,
    /// How long it took.
    pub took: Duration,
}

/// A subscription to the engine's events.
#[async_trait]
pub trait EngineChanges: Send {
    /// The next change. Cancelling the wait loses nothing.
    async fn next(&mut self) -> Result<EngineChange, EngineError>;
}

/// Something changed on the engine: a hint to observe again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineChange {
    /// `container`, `network`, `volume`, `image`...
    pub kind: String,
    /// `start`, `die`, `health_status: healthy`...
    pub action: String,
    /// Id or name of the object.
    pub subject: String,
}

/// A line of output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it was written.
    pub at: Option<Timestamp>,
    /// Whether it went to standard error.
    pub stderr: bool,
    /// The text, without the line end.
    pub text: String,
}
