//! Changes of the engine, passed on to everybody who waits for one.

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::EngineChange;
use tokio::sync::broadcast;

/// Changes kept for a waiter that is busy. One that falls behind looks again, which is all a change asks for.
const KEPT: usize = 256;

/// Where the observer puts what it hears.
#[derive(Debug)]
pub(crate) struct Activity(broadcast::Sender<EngineChange>);

impl Activity {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }

    pub(crate) fn announce(&self, change: EngineChange) {
        // Nobody listening is no error.
        let _ = self.0.send(change);
    }

    pub(crate) fn of(&self, container: ContainerId) -> ContainerActivity {
        ContainerActivity { container, changes: self.0.subscribe() }
    }
}

/// Changes of one container.
pub(crate) struct ContainerActivity {
    container: ContainerId,
    changes: broadcast::Receiver<EngineChange>,
}

impl ContainerActivity {
    /// Returns when the container may have changed. Changes since the last call are not missed.
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
