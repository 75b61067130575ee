//! The store ports in memory, with the same meaning as a database and with faults on demand.
//!
//! The contract suites run against this and against the real store. What a database enforces by its schema is
//! enforced here by the code of the ports, which checks everything before it changes anything.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_monitor_domain::ports::{
    AdoptionStore, CommandQueue, ObservationStore, PlanStore, QueueWakeup, RegistryStore, StackStore,
    StoreError, TokenStore, WorkerLock, WorkerQueue,
};
use tokio::sync::watch;

mod adoption_store;
mod command_queue;
mod observation_store;
mod plan_store;
mod registry_store;
mod stack_store;
mod state;
mod token_store;
mod wakeup;
mod worker_lock;
mod worker_queue;

pub use adoption_store::SimAdoptionStore;
pub use command_queue::SimCommandQueue;
pub use observation_store::SimObservationStore;
pub use plan_store::SimPlanStore;
pub use registry_store::SimRegistryStore;
pub use stack_store::SimStackStore;
pub use token_store::SimTokenStore;
pub use wakeup::SimQueueWakeup;
pub use worker_lock::SimWorkerLock;
pub use worker_queue::SimWorkerQueue;

use state::State;

/// A database in memory. Clones share what is stored, like two programs on one file.
#[derive(Debug, Clone, Default)]
pub struct SimDatabase {
    shared: Arc<Shared>,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreFault {
    /// It answers `Unavailable` and has changed nothing: locked, full, unreachable.
    Refused,
    /// It has its effect, and answers `Unavailable` all the same: the connection broke at the commit.
    ReplyLost,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    faults: Mutex<VecDeque<(&'static str, StoreFault)>>,
    changes: watch::Sender<u64>,
    worker_locked: AtomicBool,
}

impl SimDatabase {
    /// An empty database.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the next call of `method` go wrong, e.g. `WorkerQueue::finish`. Several faults of one method happen one
    /// after the other.
    pub fn inject(&self, method: &'static str, fault: StoreFault) {
        lock(&self.shared.faults).push_back((method, fault));
    }

    /// Faults that no call has met yet. A test that injects one should end with none.
    pub fn pending_faults(&self) -> Vec<(&'static str, StoreFault)> {
        lock(&self.shared.faults).iter().copied().collect()
    }

    /// Stacks, versions and releases.
    pub fn stack_store(&self) -> Arc<dyn StackStore> {
        Arc::new(SimStackStore::new(self.clone()))
    }

    /// What imported stacks took over.
    pub fn adoption_store(&self) -> Arc<dyn AdoptionStore> {
        Arc::new(SimAdoptionStore::new(self.clone()))
    }

    /// The queue from outside.
    pub fn command_queue(&self) -> Arc<dyn CommandQueue> {
        Arc::new(SimCommandQueue::new(self.clone()))
    }

    /// The queue from inside.
    pub fn worker_queue(&self) -> Arc<dyn WorkerQueue> {
        Arc::new(SimWorkerQueue::new(self.clone()))
    }

    /// The newest observation.
    pub fn observation_store(&self) -> Arc<dyn ObservationStore> {
        Arc::new(SimObservationStore::new(self.clone()))
    }

    /// Stored plans.
    pub fn plan_store(&self) -> Arc<dyn PlanStore> {
        Arc::new(SimPlanStore::new(self.clone()))
    }

    /// Sealed credentials of registries.
    pub fn registry_store(&self) -> Arc<dyn RegistryStore> {
        Arc::new(SimRegistryStore::new(self.clone()))
    }

    /// Tokens and the identity of this installation.
    pub fn token_store(&self) -> Arc<dyn TokenStore> {
        Arc::new(SimTokenStore::new(self.clone()))
    }

    /// A new wake-up; each loop that waits needs its own.
    pub fn wakeup(&self) -> Arc<dyn QueueWakeup> {
        Arc::new(SimQueueWakeup::new(self.shared.changes.subscribe()))
    }

    /// The lock that keeps a second worker out.
    pub fn worker_lock(&self) -> Arc<dyn WorkerLock> {
        Arc::new(SimWorkerLock::new(self.clone()))
    }

    /// A read: one transaction, no wake-up.
    fn read<T, E: From<StoreError>>(
        &self,
        method: &'static str,
        read: impl FnOnce(&State) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.fault(method).is_some() {
            return Err(unavailable().into());
        }
        read(&lock(&self.shared.state))
    }

    /// A write: one transaction, and a wake-up when it went well. `write` changes nothing when it fails.
    fn write<T, E: From<StoreError>>(
        &self,
        method: &'static str,
        write: impl FnOnce(&mut State) -> Result<T, E>,
    ) -> Result<T, E> {
        let fault = self.fault(method);
        if fault == Some(StoreFault::Refused) {
            return Err(unavailable().into());
        }
        let written = write(&mut lock(&self.shared.state))?;
        self.shared.changes.send_modify(|commits| *commits += 1);
        if fault == Some(StoreFault::ReplyLost) { Err(unavailable().into()) } else { Ok(written) }
    }

    fn fault(&self, method: &str) -> Option<StoreFault> {
        let mut faults = lock(&self.shared.faults);
        let place = faults.iter().position(|(of, _)| *of == method)?;
        faults.remove(place).map(|(_, fault)| fault)
    }
}

fn unavailable() -> StoreError {
    StoreError::Unavailable { reason: "a simulated fault".to_owned(), source: None }
}

/// What must not be stored, as a database's schema would say it.
fn refused(what: impl fmt::Display) -> StoreError {
    StoreError::Corrupt {
        what: format!("a rule of the simulated schema refused the write: {what}"),
        source: None,
    }
}

/// A panicking test must not hide behind a poisoned lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
