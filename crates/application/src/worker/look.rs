//! One look at the engine as everybody in here sees it: what stacks have adopted looks like what was made for them.

use std::sync::Arc;

use core_monitor_domain::adoption::{adopted_containers, present};
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::observation::Observation;
use core_monitor_domain::ports::{EngineError, ObservationStore, StoreError};
use core_monitor_domain::time::Timestamp;
use tokio::sync::Mutex;

use super::WorkerPorts;

/// Why nothing was seen.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookError {
    /// Without the adoptions, containers of a stack would look like a stranger's, and be made a second time.
    #[error("it is not known which containers stacks have adopted")]
    Adoptions(#[from] StoreError),
    /// The engine itself.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Looks at the whole host.
pub(crate) async fn look(ports: &WorkerPorts, instance: InstanceId) -> Result<Observation, LookError> {
    // The time comes first: a look that began before an adoption must not pass for one that came after it.
    let now = ports.clock.now();
    let adoptions = ports.adoptions.list().await?;
    let adopted = adopted_containers(&adoptions);
    let mut observed = ports.engine.observe(instance, &adopted, now).await?;
    present(&mut observed, instance, &adoptions);
    Ok(observed)
}

/// The way to the shared observation, which lets nothing older in. Two looks can overlap, and the older one may be ready
/// later.
#[derive(Clone)]
pub(crate) struct Latest {
    store: Arc<dyn ObservationStore>,
    newest: Arc<Mutex<Option<Timestamp>>>,
}

impl Latest {
    pub(crate) fn new(store: Arc<dyn ObservationStore>) -> Self {
        Self { store, newest: Arc::default() }
    }

    /// Stores an observation unless a newer one is stored.
    pub(crate) async fn save(&self, observed: &Observation) -> Result<(), StoreError> {
        let mut newest = self.newest.lock().await;
        if newest.is_some_and(|newest| newest > observed.host.taken_at) {
            return Ok(());
        }
        self.store.save(observed).await?;
        *newest = Some(observed.host.taken_at);
        Ok(())
    }
}
