//! Passes engine events on to everything that waits for them.

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::EngineChange;
use tokio::sync::broadcast;

/// Number of events kept for a busy waiter. A waiter that misses events simply looks again.
const KEPT: usize = 256;

/// Where the observer publishes engine events.
#[derive(Debug)]
pub(crate) struct Activity(broadcast::Sender<EngineChange>);

impl Activity {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }

    pub(crate) fn announce(&self, change: EngineChange) {
        // Having no listeners is not an error.
        let _ = self.0.send(change);
    }

    pub(crate) fn of(&self, container: ContainerId) -> ContainerActivity {
        ContainerActivity { container, changes: self.0.subscribe() }
    }
}

/// Events of one container.
pub(crate) struct ContainerActivity {
    container: ContainerId,
    changes: broadcast::Receiver<EngineChange>,
}

impl ContainerActivity {
    /// Returns when the container may have changed. Events since the last call are not missed.
    pub(crate) async fn changed(&mut self) {
        loop {
            match self.changes.recv().await {
                Ok(change) if change.subject == self.container.as_str() => return,
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => return std::future::pending().await,
            }
        }
    }
}
